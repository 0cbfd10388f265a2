import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import { createParser, type Parser, type ParserOptions } from "./parser.ts";

const entry = {
  modulePath: fileURLToPath(new URL("./testing-parser-entry.ts", import.meta.url)),
  execArgv: ["--import", "tsx"],
};
const python = { path: "a.py", language: "python" };
const opened: Parser[] = [];
const folders: string[] = [];

function open(options: Partial<ParserOptions> = {}): Parser {
  const parser = createParser({ entry, ...options });
  opened.push(parser);
  return parser;
}

const troubled = `process.on("message", (request) => {
  if (request.kind !== "parse") return;
  if (request.text.includes("CRASH")) process.kill(process.pid, "SIGSEGV");
  if (request.text.includes("HANG")) for (;;);
  const chunks = [{ startLine: 1, endLine: 1, kind: "function", symbol: "real", scope: [], definitions: ["real"] }];
  const rssBytes = request.text.includes("GROW") ? 800_000_000 : 50_000_000;
  process.send({ kind: "parsed", id: request.id, chunks, hasParseErrors: false, problem: null, rssBytes });
});
process.send({ kind: "ready" });`;

/** A process that answers as the real one would, except for texts that hold a word of trouble. */
async function openTroubled(options: Partial<ParserOptions> = {}): Promise<Parser> {
  const folder = await mkdtemp(join(tmpdir(), "outpost-parser-"));
  folders.push(folder);
  const modulePath = join(folder, "troubled.mjs");
  await writeFile(modulePath, troubled);
  return open({ entry: { modulePath, execArgv: [] }, ...options });
}

afterEach(async () => {
  await Promise.all(opened.splice(0).map((parser) => parser.close()));
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true })));
});

describe("the parser's process", () => {
  it("answers each text with its own chunks, whatever the order of sizes", async () => {
    const parser = open();
    const texts = Array.from({ length: 30 }, (_, n) => `def f${n}():\n${"    pass\n".repeat(n % 3 === 0 ? 5_000 : 1)}`);
    const results = await Promise.all(texts.map((text) => parser.parse({ ...python, text })));
    expect(results.map(({ chunks }) => chunks[0]?.symbol)).toEqual(texts.map((_, n) => `f${n}`));
    expect(parser.stats()).toMatchObject({ starts: 1, crashes: 0, timeouts: 0 });
  });

  it("is not started for languages without a grammar", async () => {
    const parser = open({ entry: { modulePath: "/nowhere.js", execArgv: [] } });
    const { chunks } = await parser.parse({ path: "a.txt", language: "text", text: "a\nb\n" });
    expect(chunks).toMatchObject([{ startLine: 1, endLine: 2, kind: "window" }]);
    expect(parser.stats().starts).toBe(0);
  });

  it("parses beyond the buffer of 32 KB, and says where syntax is broken when it is asked for that", async () => {
    const parser = open({ findErrors: true });
    const text = `${"x = 1\n".repeat(20_000)}def last():\n    pass\n`;
    const whole = await parser.parse({ ...python, text });
    expect(whole.chunks.at(-1)).toMatchObject({ endLine: 20_002, symbol: "last" });
    expect(whole.hasParseErrors).toBe(false);
    const broken = await parser.parse({ ...python, text: "def (:\n  )\nclass A:\n    pass\n" });
    expect(broken).toMatchObject({ hasParseErrors: true, problem: null });
    expect(broken.errors[0]).toMatchObject({ line: 1, text: expect.stringContaining("def (:") });
    expect(whole.errors).toEqual([]);
    expect((await open().parse({ ...python, text: "def (:\n" })).errors).toEqual([]);
    expect(broken.chunks.at(-1)?.endLine).toBe(4);
  });

  it("gives up a text that takes too long to parse", async () => {
    const parser = open({ timeoutMs: 20 });
    const slow = await parser.parse({ path: "a.js", language: "javascript", text: `${"{[a,".repeat(50_000)}\n` });
    expect(slow.problem).toContain("longer than 20 ms");
    expect(slow.chunks).toMatchObject([{ startLine: 1, endLine: 1, kind: "window" }]);
    expect((await parser.parse({ ...python, text: "def f(): pass\n" })).chunks[0]?.symbol).toBe("f");
  });
});

describe("a text that the process dies of", () => {
  it("is cut into windows; the others are parsed by the next process", async () => {
    const parser = await openTroubled();
    const texts = ["a", "b", "CRASH", "c", "CRASH", "d"];
    const results = await Promise.all(texts.map((text) => parser.parse({ ...python, text })));
    expect(results.map(({ chunks }) => chunks[0]?.symbol)).toEqual(["real", "real", null, "real", null, "real"]);
    expect(results[2]?.problem).toContain("SIGSEGV");
    expect(parser.stats()).toMatchObject({ starts: 3, crashes: 2 });
  });

  it("by never ending is killed after its time", async () => {
    const parser = await openTroubled({ hangTimeoutMs: 300 });
    const results = await Promise.all(["HANG", "a"].map((text) => parser.parse({ ...python, text })));
    expect(results[0]?.problem).toContain("no answer in 300 ms");
    expect(results[1]?.problem).toBeNull();
    expect(parser.stats()).toMatchObject({ starts: 2, timeouts: 1 });
  });

  it("at its start, always, leaves every text to windows and says so", async () => {
    const folder = await mkdtemp(join(tmpdir(), "outpost-parser-"));
    folders.push(folder);
    const modulePath = join(folder, "broken.mjs");
    await writeFile(modulePath, 'throw new Error("no such grammar");');
    const parser = open({ entry: { modulePath, execArgv: [] } });
    const results = await Promise.all(["a\n", "b\n"].map((text) => parser.parse({ ...python, text })));
    for (const { chunks, problem } of results) {
      expect(chunks).toHaveLength(1);
      expect(problem).toContain("no such grammar");
    }
    expect(parser.stats().starts).toBe(3);
  });
});

describe("a process that is never ready", () => {
  it("is killed after its time, and the text left to windows", async () => {
    const folder = await mkdtemp(join(tmpdir(), "outpost-parser-"));
    folders.push(folder);
    const modulePath = join(folder, "silent.mjs");
    await writeFile(modulePath, "setInterval(() => {}, 1_000);");
    const parser = open({ entry: { modulePath, execArgv: [] }, startTimeoutMs: 50 });
    const { problem } = await parser.parse({ ...python, text: "a\n" });
    expect(problem).toContain("no answer in 50 ms");
    expect(parser.stats()).toMatchObject({ starts: 3, timeouts: 3 });
  });
});

describe("a process that nobody waits for", () => {
  it("is ended when it was idle for its time, and started again", async () => {
    const parser = await openTroubled({ idleMs: 1 });
    while (parser.stats().starts < 3) {
      expect(await parser.parse({ ...python, text: "a" })).toMatchObject({ problem: null });
      await sleep(20);
    }
    expect(parser.stats()).toMatchObject({ crashes: 0, timeouts: 0 });
  });

  it("stays when it is idle, and is ended when it is at a text", async () => {
    const parser = await openTroubled();
    await parser.parse({ ...python, text: "a" });
    await parser.settle();
    await parser.parse({ ...python, text: "a" });
    expect(parser.stats().starts).toBe(1);
    const controller = new AbortController();
    const hanging = parser.parse({ ...python, text: "HANG" }, controller.signal);
    controller.abort(new Error("enough"));
    await expect(hanging).rejects.toThrow("enough");
    await parser.settle();
    expect(await parser.parse({ ...python, text: "a" })).toMatchObject({ problem: null });
    expect(parser.stats()).toMatchObject({ starts: 2, timeouts: 0 });
  });

  it("and that could not be started is tried again", async () => {
    const folder = await mkdtemp(join(tmpdir(), "outpost-parser-"));
    folders.push(folder);
    const modulePath = join(folder, "later.mjs");
    await writeFile(modulePath, 'throw new Error("not yet");');
    const parser = open({ entry: { modulePath, execArgv: [] } });
    expect((await parser.parse({ ...python, text: "a" })).problem).toContain("not yet");
    await writeFile(modulePath, troubled);
    expect((await parser.parse({ ...python, text: "a" })).problem).toContain("not yet");
    await parser.settle();
    expect(await parser.parse({ ...python, text: "a" })).toMatchObject({ problem: null });
  });
});

describe("a process that has grown", () => {
  it("is replaced once what it was sent is answered", async () => {
    const parser = await openTroubled();
    const texts = ["a", "GROW", "b", "c", "d", "e", "f"];
    const results = await Promise.all(texts.map((text) => parser.parse({ ...python, text })));
    expect(results.every(({ problem }) => problem === null)).toBe(true);
    expect(parser.stats()).toMatchObject({ starts: 2, crashes: 0, peakRssBytes: 800_000_000 });
  });
});

describe("waiting", () => {
  it("ends with the signal", async () => {
    const parser = open();
    const controller = new AbortController();
    const parsing = parser.parse({ ...python, text: "x = 1\n" }, controller.signal);
    controller.abort(new Error("enough"));
    await expect(parsing).rejects.toThrow("enough");
    expect(() => parser.parse({ ...python, text: "" }, controller.signal)).toThrow("enough");
  });
});
