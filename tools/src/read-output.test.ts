import type { CommandReport, TaskCommands, Worktree } from "@outpost/core";
import { OutpostError } from "@outpost/protocol";
import { callTool, createTempWorktree, createToolContext } from "@outpost/testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readOutput } from "./read-output.ts";
import { runCommand } from "./run-command.ts";

let worktree: Worktree;
beforeAll(async () => {
  worktree = await createTempWorktree({ "a.txt": "one\n" });
});
afterAll(() => worktree.close());

const ended = { exitCode: 1, signal: null, ended: "exit", durationMs: 1500 } as const;
const lines = (count: number) => Array.from({ length: count }, (_, index) => `line ${index + 1}\n`).join("");

function commandsWith(change: Partial<CommandReport>, whole = ""): TaskCommands {
  const report: CommandReport = {
    ...{ name: "c1", argv: ["serve"], state: "running", end: null, output: "", droppedBytes: 0 },
    ...change,
  };
  const answer = async () => report;
  return { start: answer, look: answer, stop: answer, readAll: async () => whole };
}

const call = (tool: Parameters<typeof callTool>[0], given: object, taskCommands: TaskCommands, characters = 8000) =>
  callTool(tool, given, createToolContext(worktree, { taskCommands, observationCharacters: characters }));

describe("read_output", () => {
  it("says what is new while the command runs", async () => {
    const { text } = await call(readOutput, { command: "c1" }, commandsWith({ output: "\u001b[32mready\u001b[0m\n" }));
    expect(text).toBe("c1 is running\nready");
    expect((await call(readOutput, { command: "c1" }, commandsWith({}))).text).toBe("c1 is running\n(nothing new)");
    const much = commandsWith({ output: lines(2000), droppedBytes: 77 });
    const shown = await call(readOutput, { command: "c1" }, much, 1000);
    expect(shown.text.length).toBeLessThanOrEqual(1000);
    expect(shown.text).toMatch(
      /^c1 is running\n\[77 bytes before this left out; read_output .*\]\nline 1\n[\s\S]*line 2000$/,
    );
  });

  it("shows the whole of one that has ended, a page at a time", async () => {
    const commands = commandsWith({ state: "ended", end: ended }, lines(1000));
    const first = await call(readOutput, { command: "c1" }, commands, 1000);
    expect(first.text.length).toBeLessThanOrEqual(1000);
    expect(first.text).toMatch(/^c1: exit code 1 after 1\.5 s; lines 1-\d+ of 1000\n1\|line 1\n/);
    const next = Number(/"start_line":(\d+)/.exec(first.text)?.[1]);
    expect((await call(readOutput, { command: "c1", start_line: next }, commands)).text).toContain(
      `\n${next}|line ${next}\n`,
    );
    const last = await call(readOutput, { command: "c1", start_line: -2 }, commands);
    expect(last.text).toMatch(/lines 999-1000 of 1000\n999\|line 999\n1000\|line 1000$/);
    expect(await call(readOutput, { command: "c1", start_line: 1001 }, commands)).toMatchObject({ ok: false });
  });

  it("says of one that was lost that it does not run, and of one that never was that there is none", async () => {
    const lost = await call(readOutput, { command: "c1" }, commandsWith({ state: "lost" }));
    expect(lost.text).toBe("c1 does not run any more: it ended with the run that had started it\n(no output is kept)");
    const none: TaskCommands = {
      ...commandsWith({}),
      look: () => Promise.reject(new OutpostError("not_found", 'the task has no command "c9"; there is c1')),
    };
    expect(await call(readOutput, { command: "c9" }, none)).toMatchObject({
      ok: false,
      text: 'read_output failed: the task has no command "c9"; there is c1',
    });
  });
});

describe("a command in the background", () => {
  it("is started under the same tool, and is no success when it ended at once", async () => {
    const given = { argv: ["serve"], background: true };
    expect(await call(runCommand, given, commandsWith({ output: "ready\n" }))).toEqual({
      ok: true,
      text: "c1 is running\nready",
    });
    const dead = commandsWith({ state: "ended", end: ended, output: "port taken\n" });
    expect(await call(runCommand, given, dead)).toEqual({
      ok: false,
      text: "c1: exit code 1 after 1.5 s\nport taken",
    });
  });

  it("is stopped", async () => {
    const stopped = commandsWith({
      state: "ended",
      end: { ...ended, exitCode: null, ended: "aborted" },
      output: "bye\n",
    });
    expect((await call(readOutput, { command: "c1", stop: true }, stopped)).text).toBe(
      "c1 was stopped after 1.5 s\nbye",
    );
  });
});
