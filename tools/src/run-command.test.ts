import { mkdir, writeFile } from "node:fs/promises";
import type { CommandRunner, Worktree } from "@outpost/core";
import { OutpostError } from "@outpost/protocol";
import { callTool, createTempWorktree, createToolContext } from "@outpost/testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCommand } from "./run-command.ts";

let worktree: Worktree;

beforeAll(async () => {
  worktree = await createTempWorktree({ "a.txt": "one\n" });
  await mkdir(`${worktree.root}/sub`);
  await writeFile(`${worktree.root}/sub/b.txt`, "two\n");
});
afterAll(() => worktree.close());

const call = (given: unknown, overrides: object = {}) =>
  callTool(runCommand, given, createToolContext(worktree, overrides));
const node = (script: string) => ["node", "-e", script];

describe("run_command", () => {
  it("runs in the worktree and shows the output", async () => {
    const { ok, text } = await call({ argv: ["cat", "a.txt"] });
    expect(ok).toBe(true);
    expect(text).toMatch(/^exit code 0 after \d+\.\d s\none$/);
    expect((await call({ argv: ["cat", "b.txt"], cwd: "./sub/" })).text).toContain("two");
    expect((await call({ argv: ["true"] })).text).toContain("(no output)");
  });

  it("shows both streams and a failure", async () => {
    const { ok, text } = await call({ argv: ["sh", "-c", "echo out; echo err >&2; exit 3"] });
    expect(ok).toBe(false);
    expect(text).toMatch(/^exit code 3 after .*\nstdout:\nout\nstderr:\nerr$/);
  });

  it("never takes a signal for success", async () => {
    const { ok, text } = await call({ argv: ["sh", "-c", "kill -9 $$"] });
    expect(ok).toBe(false);
    expect(text).toMatch(/^ended by SIGKILL after/);
  });

  it("ends at its time limit", async () => {
    const { ok, text } = await call({ argv: ["sleep", "30"], timeout_ms: 1000 });
    expect(ok).toBe(false);
    expect(text).toMatch(/^ended by the time limit after 1\.\d s; run less of it/);
  });

  it("keeps head and tail of a huge output, under its bound", async () => {
    const script = "for (let i = 0; i < 20000; i++) console.log('line ' + i); console.error('the error')";
    const { text } = await call({ argv: node(script) }, { observationCharacters: 3000 });
    expect(text.length).toBeLessThanOrEqual(3000);
    expect(text).toMatch(
      /stdout:\nline 0\n[\s\S]*left out; run it so that it prints less\][\s\S]*line 19999\nstderr:\nthe error$/,
    );
  });

  it("shares the room when both streams are huge", async () => {
    const script = "for (let i = 0; i < 9000; i++) { console.log('out ' + i); console.error('err ' + i) }";
    const { text } = await call({ argv: node(script) }, { observationCharacters: 3000 });
    expect(text.length).toBeLessThanOrEqual(3000);
    for (const part of ["out 0\n", "out 8999\n", "err 0\n", "err 8999"]) expect(text).toContain(part);
  });

  it("takes colours out and makes other control characters visible", async () => {
    const { text } = await call({ argv: node("process.stdout.write('\\x1b[31mred\\x1b[0m\\0\\u202e\\r\\n')") });
    expect(text).toMatch(/\nred\\x00\\u202e$/);
  });

  it.each([
    ["no such program", ["no-such-program-here"], "no-such-program-here"],
    ["a shell line", ["ls -l"], 'say ["ls","-l"]'],
  ])("refuses %s", async (_, argv, why) => {
    const { ok, text } = await call({ argv });
    expect(ok).toBe(false);
    expect(text).toContain(why);
  });

  it("passes on why there is no sandbox", async () => {
    const commands: CommandRunner = {
      run: async () => {
        throw new OutpostError("unavailable", "bubblewrap is not installed; run outpost doctor");
      },
    };
    expect(await call({ argv: ["ls"] }, { commands })).toEqual({
      ok: false,
      text: "run_command failed: bubblewrap is not installed; run outpost doctor",
    });
  });

  it.each([new TypeError("a bug"), new OutpostError("internal", "a bug")])("lets bugs through: %s", async (bug) => {
    const commands: CommandRunner = {
      run: async () => {
        throw bug;
      },
    };
    await expect(call({ argv: ["ls"] }, { commands })).rejects.toBe(bug);
  });

  it("lets the end of the run through, however it comes", async () => {
    const controller = new AbortController();
    const ended = new OutpostError("unavailable", "the sandbox was closed");
    const commands: CommandRunner = {
      run: async () => {
        controller.abort();
        throw ended;
      },
    };
    await expect(call({ argv: ["ls"] }, { commands, signal: controller.signal })).rejects.toBe(ended);
  });

  it("gives one stream the room that the other does not need", async () => {
    const script = "console.log('short'); for (let i = 0; i < 9000; i++) console.error('err ' + i)";
    const { text } = await call({ argv: node(script) }, { observationCharacters: 3000 });
    expect(text).toContain("stdout:\nshort\nstderr:\nerr 0\n");
    expect(text.length).toBeGreaterThan(2700);
    expect(text.length).toBeLessThanOrEqual(3000);
  });

  it("rejects when the run is ended", async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(new Error("the run was ended")), 200);
    await expect(call({ argv: ["sleep", "30"] }, { signal: controller.signal })).rejects.toThrow("the run was ended");
  });
});
