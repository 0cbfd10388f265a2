// read_file, list_directory, find_files, grep_code, search_code on real files.
import type { Worktree } from "@outpost/core";
import type { Hit } from "@outpost/protocol";
import { callTool, createPreparedSearcher, createTempWorktree, createToolContext } from "@outpost/testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findFiles } from "./find-files.ts";
import { grepCode } from "./grep-code.ts";
import { listDirectory } from "./list-directory.ts";
import { readFile } from "./read-file.ts";
import { searchCode } from "./search-code.ts";

let worktree: Worktree;

beforeAll(async () => {
  const long = Array.from({ length: 3000 }, (_, index) => `line number ${index + 1}`).join("\n");
  worktree = await createTempWorktree({
    "src/main.py": "import os\n\ndef main():\n    return os.name\n",
    "src/deep/util.py": "def helper(a, b):\n    return a + b\n",
    "src/long.txt": `${long}\n`,
    "src/min.js": `var a = "${"x".repeat(50_000)}";\nvar b;\n`,
    "crlf.txt": "one\r\ntwo\r\n",
    "latin.txt": new Uint8Array([0x63, 0x61, 0x66, 0xe9, 0x0a]),
    "image.png": new Uint8Array([0x89, 0x50, 0, 1, 2]),
    "empty.txt": "",
    "odd.txt": "red \x1b[31m and \u202e back\rwards\n",
    "many/.keep": "",
    ...Object.fromEntries(Array.from({ length: 400 }, (_, index) => [`many/file-${index}.dat`, "needle\n"])),
  });
});
afterAll(() => worktree.close());

const call = (...[tool, given, overrides]: [Parameters<typeof callTool>[0], unknown, object?]) =>
  callTool(tool, given, createToolContext(worktree, overrides ?? {}));

describe("read_file", () => {
  it("numbers the lines", async () => {
    expect(await call(readFile, { path: "./src/main.py" })).toEqual({
      ok: true,
      text: "src/main.py (4 lines)\n1|import os\n2|\n3|def main():\n4|    return os.name",
    });
  });

  it("shows a range", async () => {
    const { text } = await call(readFile, { path: "src/main.py", start_line: 3, end_line: 3 });
    expect(text).toBe(
      'src/main.py (lines 3-3 of 4)\n3|def main():\n[read on: read_file {"path":"src/main.py","start_line":4}]',
    );
  });

  it("shows every line once, page by page, each page under its bound", async () => {
    const lines: string[] = [];
    let start = 1;
    for (let page = 0; page < 100; page++) {
      const { ok, text } = await call(
        readFile,
        { path: "src/long.txt", start_line: start },
        { observationCharacters: 4000 },
      );
      expect(ok).toBe(true);
      expect(text.length).toBeLessThanOrEqual(4000);
      lines.push(...text.split("\n").filter((line) => /^\d+\|/.test(line)));
      const next = /"start_line":(\d+)\}\]$/.exec(text);
      if (next === null) break;
      expect(Number(next[1])).toBe(lines.length + 1);
      start = Number(next[1]);
    }
    expect(lines).toHaveLength(3000);
    expect(lines.at(-1)).toBe("3000|line number 3000");
  });

  it.each([100, 500, 4000])("cuts an endless line, under %d characters", async (observationCharacters) => {
    const { text } = await call(readFile, { path: "src/min.js" }, { observationCharacters });
    expect(text).toContain("characters)");
    expect(text.length).toBeLessThanOrEqual(Math.max(300, observationCharacters));
    if (observationCharacters === 4000) expect(text).toContain("\n2|var b;");
  });

  it.each([
    ["crlf.txt", true, "crlf.txt (2 lines, CRLF)\n1|one\n2|two"],
    ["latin.txt", true, "1|caf�"],
    ["latin.txt", true, "not UTF-8"],
    ["odd.txt", true, "1|red \\x1b[31m and \\u202e back\\rwards"],
    ["empty.txt", true, "empty.txt is empty"],
    ["image.png", false, "binary (5 bytes"],
    ["src", false, "is a directory"],
    ["src/mian.py", false, "main.py"],
    ["../outside", false, "outside of the worktree"],
    ["/etc/passwd", false, "outside of the worktree"],
  ])("%s", async (path, ok, part) => {
    const result = await call(readFile, { path });
    expect(result.ok).toBe(ok);
    expect(result.text).toContain(part);
  });

  it.each([
    [{ start_line: 9 }, false, "has 4 lines; there is no line 9"],
    [{ start_line: 3, end_line: 2 }, false, "end_line 2 lies before start_line 3"],
    [{ start_line: 0, end_line: -1 }, true, "(4 lines)"],
    [{ start_line: 2, end_line: 99 }, true, "(lines 2-4 of 4)"],
  ])("with %j", async (range, ok, part) => {
    const result = await call(readFile, { path: "src/main.py", ...range });
    expect(result.ok).toBe(ok);
    expect(result.text).toContain(part);
  });

  it("takes a path below the worktree's own root", async () => {
    expect((await call(readFile, { path: `${worktree.root}/src/main.py` })).text).toContain("src/main.py (4 lines)");
  });

  it("ends when the run ends", async () => {
    const signal = AbortSignal.abort(new Error("stop"));
    await expect(call(readFile, { path: "src/main.py" }, { signal })).rejects.toThrow("stop");
  });
});

describe("list_directory", () => {
  it("lists names, kinds and sizes", async () => {
    const { text } = await call(listDirectory, { path: "src/" });
    expect(text).toBe("src: 4 entries\ndeep/\nlong.txt 49.9 kB\nmain.py 42 B\nmin.js 50.0 kB");
  });

  it("lists the root without .git", async () => {
    const { text } = await call(listDirectory, {});
    expect(text).toMatch(/^the root: 7 entries\n/);
    expect(text).not.toContain(".git");
  });

  it("stays under its bound", async () => {
    const { text } = await call(listDirectory, { path: "many" }, { observationCharacters: 1000 });
    expect(text.length).toBeLessThanOrEqual(1000);
    expect(text).toMatch(/\[… \d+ more; use find_files with a pattern\]$/);
  });

  it("refuses a file", async () => {
    expect(await call(listDirectory, { path: "src/main.py" })).toMatchObject({ ok: false });
  });
});

describe("find_files", () => {
  it.each([
    ["*.py", '2 files for "*.py"\nsrc/deep/util.py\nsrc/main.py'],
    ["./src/*.py", '1 file for "src/*.py"\nsrc/main.py'],
    ["src/**/util.py", "src/deep/util.py"],
    ["Main.py", "no file matches"],
    ["src/util.py", "there is src/deep/util.py"],
    ["zzz*", 'no file matches "zzz*"; a pattern without "/"'],
  ])("%s", async (pattern, part) => {
    const { ok, text } = await call(findFiles, { pattern });
    expect(ok).toBe(true);
    expect(text).toContain(part);
  });

  it("stays under its bound", async () => {
    const { text } = await call(findFiles, { pattern: "*.dat" }, { observationCharacters: 1000 });
    expect(text.length).toBeLessThanOrEqual(1000);
    expect(text).toMatch(/^400 files[\s\S]*more; narrow the pattern\]$/);
  });
});

describe("grep_code", () => {
  it.each([
    [
      { pattern: "return " },
      '"return ": 2 lines in 2 files\nsrc/deep/util.py\n2|    return a + b\nsrc/main.py\n4|    return os.name',
    ],
    [{ pattern: "a + b", path: "src/deep" }, '"a + b" in src/deep: 1 line in 1 file'],
    [{ pattern: "def \\w+\\(\\)", regex: true }, "src/main.py\n3|def main():"],
    [{ pattern: "DEF MAIN", ignore_case: "true" }, "3|def main():"],
    [{ pattern: "(?i)DEF M\\w+", regex: true }, "3|def main():"],
    [{ pattern: "def", path: "src/main.py" }, "1 line in 1 file"],
    [{ pattern: "def", path: "*.py" }, "2 lines in 2 files"],
    [{ pattern: "def.*main" }, 'give "regex": true'],
    [{ pattern: "Import", path: "src" }, 'give "ignore_case": true'],
    [{ pattern: "\x1b" }, "red \\x1b[31m"],
  ])("%j", async (given, part) => {
    const { ok, text } = await call(grepCode, given);
    expect(ok).toBe(true);
    expect(text).toContain(part);
  });

  it("says what is wrong with an expression", async () => {
    const { ok, text } = await call(grepCode, { pattern: "(unclosed", regex: true });
    expect(ok).toBe(false);
    expect(text).toMatch(/grep_code failed: .*[Uu]nmatched/s);
  });

  it("stays under its bound", async () => {
    const { text } = await call(grepCode, { pattern: "needle" }, { observationCharacters: 1500 });
    expect(text.length).toBeLessThanOrEqual(1500);
    expect(text).toMatch(/the first 300 lines in 300 files[\s\S]*more; narrow pattern or path\]$/);
  });
});

describe("search_code", () => {
  const hit = (path: string, symbol: string | null, text: string): Hit => ({
    path,
    startLine: 1,
    endLine: 2,
    language: "python",
    kind: "function",
    symbol,
    text,
    score: 1,
    reasons: [],
  });

  it("shows path, lines, symbol and text", async () => {
    const searcher = createPreparedSearcher({
      hits: [hit("src/a.py", "main", "def main():\n    pass\n"), hit("b.md", null, "text")],
    });
    const { ok, text } = await call(searchCode, { query: "where does it start" }, { searcher });
    expect(ok).toBe(true);
    expect(text).toBe("2 hits, best first\n## src/a.py:1-2 function main\ndef main():\n    pass\n## b.md:1-2\ntext");
  });

  it("gives each hit its share and stays under its bound", async () => {
    const long = "a line of code\n".repeat(500);
    const searcher = createPreparedSearcher({ hits: ["a", "b", "c"].map((path) => hit(path, null, long)) });
    const { text } = await call(searchCode, { query: "x" }, { searcher, observationCharacters: 2000 });
    expect(text.length).toBeLessThanOrEqual(2000);
    for (const path of ["a", "b", "c"]) expect(text).toMatch(new RegExp(`## ${path}:1-2\na line of code`));
    expect(text.match(/more lines\]/g)).toHaveLength(3);
  });

  it("says what the index lacks", async () => {
    const coverage = {
      files: 10,
      chunks: 10,
      skippedFiles: 0,
      indexedAtMs: 0,
      staleFiles: 0,
      freshness: "followed" as const,
      notes: [],
    };
    const searcher = createPreparedSearcher({ hits: [], coverage: { ...coverage, state: "absent" } });
    const nothing = await call(searchCode, { query: "x" }, { searcher });
    expect(nothing.ok).toBe(false);
    expect(nothing.text).toContain("the index is absent: the answer is incomplete");
    const stale = createPreparedSearcher({
      hits: [hit("a", null, "b")],
      coverage: { ...coverage, state: "ready", staleFiles: 3, notes: [] },
    });
    expect((await call(searchCode, { query: "x", limit: "1" }, { searcher: stale })).text).toContain(
      "3 files changed since",
    );
  });

  it("passes prefix and limit on, in bounds", async () => {
    const asked: unknown[] = [];
    const prepared = createPreparedSearcher({});
    const searcher: typeof prepared = {
      search: (query, options, signal) => {
        asked.push(options);
        return prepared.search(query, options, signal);
      },
    };
    await call(searchCode, { query: "x", limit: 900, path_prefix: "./src/" }, { searcher });
    await call(searchCode, { query: "x", path_prefix: "." }, { searcher });
    expect(asked).toEqual([{ limit: 30, pathPrefix: "src" }, { limit: 6 }]);
  });
});
