// What every ProcessRunner must do, isolated or not. The scripts go to `sh`, for the git profile through an alias of git, so that the
// runner that has nothing but git meets the same contract. What isolation adds is tested beside the sandbox.
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { ProcessRunner, ProcessSpec } from "@outpost/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

export interface ProcessRunnerSubject {
  runner: ProcessRunner;
  profile: ProcessSpec["profile"];
  /** Lets the runner's processes write in a directory of the test's. */
  prepareWritableDirectory(path: string): Promise<void>;
}

type Change = Partial<Omit<ProcessSpec, "limits">> & { limits?: Partial<ProcessSpec["limits"]> };

interface Frame {
  runner(): ProcessRunner;
  directory(): string;
  spec(script: string, change?: Change): ProcessSpec;
  run(script: string, change?: Change, signal?: AbortSignal): ReturnType<ProcessRunner["run"]>;
}

/** `open` is called once. Uses vitest's `describe`: call it at the top of a test file. */
export function describeProcessRunnerContract(name: string, open: () => Promise<ProcessRunnerSubject>): void {
  describe(`process runner: ${name}`, () => {
    const frame = useFrame(open);
    describeResults(frame);
    describeOutput(frame);
    describeEndings(frame);
    describeRefusals(frame);
  });
}

function useFrame(open: () => Promise<ProcessRunnerSubject>): Frame {
  let subject: ProcessRunnerSubject | undefined;
  let directory = "";
  beforeAll(async () => {
    subject = await open();
    directory = await mkdtemp(join(tmpdir(), "outpost-contract-"));
    await mkdir(join(directory, "inner"));
    await subject.prepareWritableDirectory(directory);
  });
  afterAll(async () => {
    await rm(directory, { recursive: true, force: true });
  });
  const runner = () => {
    if (!subject) throw new Error("the subject was not opened");
    return subject.runner;
  };
  const spec = (script: string, { limits, ...change }: Change = {}): ProcessSpec => ({
    argv: subject?.profile === "git" ? ["git", "-c", `alias.script=!${script}`, "script"] : ["sh", "-c", script],
    cwd: directory,
    env: {},
    mounts: [{ source: directory, target: directory, writable: true }],
    profile: subject?.profile ?? "command",
    network: false,
    ...change,
    limits: { ...contractLimits, ...limits },
  });
  return {
    runner,
    directory: () => directory,
    spec,
    run: (script, change, signal) => runner().run(spec(script, change), signal),
  };
}

const contractLimits: ProcessSpec["limits"] = {
  wallClockMs: 20_000,
  outputBytes: 100_000,
  memoryBytes: 4_000_000_000,
  processes: 128,
  fileBytes: 100_000_000,
  tmpBytes: 64_000_000,
};

function describeResults(frame: Frame): void {
  it("gives exit code, stdout and stderr apart", async () => {
    const result = await frame.run("echo out; echo err >&2; exit 3");
    expect(result).toMatchObject({ exitCode: 3, signal: null, ended: "exit" });
    expect(result.stdout).toMatchObject({ text: "out\n", droppedBytes: 0 });
    expect(result.stderr.text).toContain("err\n");
    expect(result.durationMs).toBeGreaterThan(0);
  });

  it("gives the environment that was asked for and no more", async () => {
    process.env["OUTPOST_CONTRACT_SECRET"] = "inherited";
    const result = await frame.run("env", { env: { GREETING: "good morning", EMPTY: "" } });
    delete process.env["OUTPOST_CONTRACT_SECRET"];
    expect(result.stdout.text).toMatch(/^GREETING=good morning$/m);
    expect(result.stdout.text).toMatch(/^EMPTY=$/m);
    for (const name of ["PATH", "HOME", "LANG", "TERM", "TMPDIR"])
      expect(result.stdout.text).toMatch(RegExp(`^${name}=.`, "m"));
    expect(result.stdout.text).not.toContain("OUTPOST_CONTRACT_SECRET");
    expect(result.stdout.text).not.toContain("VITEST");
  });

  it("works in cwd, and writes what a writable mount holds", async () => {
    const result = await frame.run("pwd; echo written > file", { cwd: join(frame.directory(), "inner") });
    expect(result.exitCode).toBe(0);
    // git runs an alias in the top directory of a repository only when there is one
    expect(result.stdout.text.trim()).toBe(join(frame.directory(), "inner"));
    expect(await readFile(join(frame.directory(), "inner", "file"), "utf8")).toBe("written\n");
  });

  it("gives stdin as it is, and none when there is none", async () => {
    const bytes = Uint8Array.from({ length: 70_000 }, (_, index) => index % 256);
    const result = await frame.run("cat", { stdin: bytes });
    expect(Buffer.compare(result.stdout.bytes, bytes)).toBe(0);
    expect((await frame.run("cat; echo end")).stdout.text).toBe("end\n");
    expect((await frame.run("exit 0", { stdin: "x".repeat(1_000_000) })).exitCode).toBe(0);
  });

  it("looks programs up in pathPrefix first", async () => {
    const programs = join(frame.directory(), "programs");
    await mkdir(programs, { recursive: true });
    await writeFile(join(programs, "greet"), "#!/bin/sh\necho from the prefix\n", { mode: 0o755 });
    const result = await frame.run("greet", { pathPrefix: [programs] });
    expect(result.stdout.text).toBe("from the prefix\n");
  });

  it("keeps runs that overlap apart", async () => {
    const results = await Promise.all(
      ["a", "b", "c"].map((letter) => frame.run(`for i in 1 2 3 4 5; do echo ${letter}; done`)),
    );
    expect(results.map(({ stdout }) => stdout.text)).toEqual(["a\n".repeat(5), "b\n".repeat(5), "c\n".repeat(5)]);
  });
}

function describeOutput(frame: Frame): void {
  it("keeps head and tail of a long output and counts the rest", async () => {
    const result = await frame.run("echo first; seq 1 200000; echo last; echo complaint >&2", {
      limits: { outputBytes: 1000 },
    });
    const total = "first\n".length + "last\n".length + digitsUpTo(200_000);
    expect(result.exitCode).toBe(0);
    expect(result.stdout.bytes.byteLength).toBe(1000);
    expect(result.stdout.droppedBytes).toBe(total - 1000);
    expect(result.stdout.text).toMatch(/^first\n1\n2\n/);
    expect(result.stdout.text).toMatch(/\n200000\nlast\n$/);
    expect(result.stdout.text).toContain(String(total - 1000));
    expect(result.stderr).toMatchObject({ text: expect.stringContaining("complaint\n"), droppedBytes: 0 });
  });

  it("keeps an output of exactly the limit whole", async () => {
    const result = await frame.run("head -c 1000 /dev/zero", { limits: { outputBytes: 1000 } });
    expect(result.stdout).toMatchObject({ droppedBytes: 0 });
    expect(result.stdout.bytes.byteLength).toBe(1000);
  });

  it("decodes what is not UTF-8 without failing", async () => {
    const result = await frame.run("printf 'a\\377b'");
    expect(result.stdout.text).toBe("a\ufffdb");
    expect([...result.stdout.bytes]).toEqual([0x61, 0xff, 0x62]);
  });
}

/** Bytes of `seq 1 n`. */
function digitsUpTo(n: number): number {
  return Array.from({ length: n }, (_, index) => String(index + 1).length + 1).reduce((sum, bytes) => sum + bytes, 0);
}

function describeEndings(frame: Frame): void {
  it("ends at the wall clock, and lets the command say good-bye", async () => {
    const result = await frame.run("trap 'echo bye; exit 0' TERM; echo hello; sleep 30 & wait", {
      limits: { wallClockMs: 1500 },
    });
    expect(result.ended).toBe("wall_clock");
    expect(result.stdout.text).toContain("hello\n");
    expect(result.durationMs).toBeGreaterThan(1490);
    expect(result.durationMs).toBeLessThan(20_000);
  });

  it("ends what ignores SIGTERM", async () => {
    const result = await frame.run("trap '' TERM; sleep 30; sleep 30", { limits: { wallClockMs: 300 } });
    expect(result).toMatchObject({ ended: "wall_clock", exitCode: null });
    expect(result.durationMs).toBeLessThan(4000);
  });

  it("ends when it is aborted, before and during", async () => {
    const before = await frame.run("echo no", {}, AbortSignal.abort());
    expect(before).toMatchObject({ ended: "aborted", exitCode: null, stdout: { text: "" } });
    const stop = new AbortController();
    let told = "";
    const onOutput = (stream: string, chunk: Uint8Array): void => {
      told += `${stream}: ${Buffer.from(chunk).toString()}`;
      stop.abort();
    };
    const during = await frame.run("echo yes; sleep 30", { onOutput }, stop.signal);
    expect(during.ended).toBe("aborted");
    expect(told).toBe("stdout: yes\n");
    expect(during.stdout.text).toBe("yes\n");
    expect(during.durationMs).toBeLessThan(25_000);
  });

  it("leaves no process behind", async () => {
    const result = await frame.run("(sleep 1; echo late > late) & echo started");
    expect(result.stdout.text).toBe("started\n");
    await sleep(1200 - Math.min(200, result.durationMs));
    await expect(readFile(join(frame.directory(), "late"))).rejects.toThrow("ENOENT");
  });

  it("ends a file that grows over its limit", async () => {
    const result = await frame.run("head -c 3000000 /dev/zero > big; echo $?", { limits: { fileBytes: 1_000_000 } });
    expect(result.stdout.text).not.toBe("0\n");
    expect((await readFile(join(frame.directory(), "big"))).byteLength).toBeLessThanOrEqual(1_000_000);
  });
}

function describeRefusals(frame: Frame): void {
  const cases: [string, Change][] = [
    ["no program", { argv: [] }],
    ["a NUL character in an argument", { argv: ["git", "a\0b"] }],
    ["a relative cwd", { cwd: "inner" }],
    ["a cwd that is not mounted", { cwd: "/usr" }],
    ["a cwd that climbs", { cwd: "/tmp/../usr" }],
    ["a variable name with a sign", { env: { "A=B": "c" } }],
    ["a NUL character in a variable", { env: { A: "b\0c" } }],
    ["no time", { limits: { wallClockMs: 0 } }],
    ["no output limit", { limits: { outputBytes: Number.POSITIVE_INFINITY } }],
    ["half a process", { limits: { processes: 0.5 } }],
    ["a path prefix of two", { pathPrefix: ["/usr/bin:/tmp"] }],
    ["the network for git", { profile: "git", network: true }],
  ];
  it.each(cases)("refuses a spec with %s", async (_, change) => {
    await expect(frame.run("true", change)).rejects.toMatchObject({ code: "invalid_input" });
  });

  it("says whether commands are possible", () => {
    const { ready, reason } = frame.runner().availability();
    expect(reason === "").toBe(ready);
  });
}
