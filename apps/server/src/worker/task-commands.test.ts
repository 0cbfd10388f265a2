import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { TaskId } from "@outpost/protocol";
import { createUnsandboxedCommandRunner } from "@outpost/testkit";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { openOutputFiles } from "../command-outputs/output-files.ts";
import { createRedactor } from "../secrets/redactor.ts";
import { createTaskCommands, type WorkerTaskCommands } from "./task-commands.ts";

const directory = mkdtempSync(join(tmpdir(), "outpost-commands-"));
const signal = new AbortController().signal;
const opened: WorkerTaskCommands[] = [];
afterEach(async () => {
  for (const commands of opened.splice(0)) await commands.endAll();
});
afterAll(() => rmSync(directory, { recursive: true }));

let tasks = 0;
const newTask = () => TaskId.parse(`tsk_${String(++tasks).padStart(22, "0")}`);

function open(taskId: TaskId, background = 2): WorkerTaskCommands {
  const redactor = createRedactor();
  redactor.add(["the-secret-of-this-test"]);
  const commands = createTaskCommands({
    files: openOutputFiles(directory, taskId),
    runner: async () => createUnsandboxedCommandRunner(directory),
    redactor,
    bounds: { outputBytes: 1_048_576, taskBytes: 4_194_304, background },
    nowMs: Date.now,
    settleMs: 300,
  });
  opened.push(commands);
  return commands;
}

const server = ["sh", "-c", "echo ready; while read line; do :; done < /dev/null; exec sleep 600"];

describe("commands of a task", () => {
  it("have names in their order, and their output is kept without secrets", async () => {
    const commands = open(newTask());
    const first = await commands.run({ argv: ["echo", "the-secret-of-this-test"] }, signal);
    expect(first).toMatchObject({ name: "c1", exitCode: 0 });
    expect((await commands.run({ argv: ["sh", "-c", "echo out; echo err >&2; exit 3"] }, signal)).name).toBe("c2");
    expect(await commands.readAll("c1")).toMatch(/^\[REDACTED:known:\w+\]\n$/);
    expect((await commands.readAll("c2")).split("\n").sort()).toEqual(["", "err", "out"]);
    expect(await commands.look("c2", signal)).toMatchObject({ state: "ended", end: { exitCode: 3 }, output: "" });
    await expect(commands.look("c7", signal)).rejects.toThrow('has no command "c7"; there is c1, c2');
    await expect(commands.readAll("../c1")).rejects.toMatchObject({ code: "not_found" });
    expect(await commands.takeNews()).toEqual([]);
  });

  it("run in the background: read, and stopped with all that they started", async () => {
    const commands = open(newTask());
    const gone = join(directory, "gone");
    const script = `(sleep 0.5; echo later; sleep 2; touch ${gone}) & echo ready; wait; sleep 600`;
    const started = await commands.start({ argv: ["sh", "-c", script] }, signal);
    expect(started).toMatchObject({ name: "c1", state: "running", end: null, output: "ready\n" });
    let output = "";
    while (output === "") output = (await commands.look("c1", signal)).output;
    expect(output).toBe("later\n");
    expect(await commands.stop("c1")).toMatchObject({ state: "ended", end: { ended: "aborted" } });
    expect(await commands.readAll("c1")).toBe("ready\nlater\n");
    expect(existsSync(gone)).toBe(false);
    expect(await commands.takeNews()).toEqual([]);
  });

  it("that end by themselves are news, once", async () => {
    const commands = open(newTask());
    await commands.start({ argv: ["sh", "-c", "sleep 0.6; echo crashed >&2; exit 9"] }, signal);
    let news: string[] = [];
    while (news.length === 0) {
      await sleep(20);
      news = await commands.takeNews();
    }
    expect(news).toEqual([
      expect.stringMatching(/^c1 \(sh -c .*\) does not run any more: it ended \(exit code 9\); read_output/),
    ]);
    expect(await commands.takeNews()).toEqual([]);
    expect(await commands.look("c1", signal)).toMatchObject({ state: "ended", output: "crashed\n" });
  });

  it("are bounded in number, and one that cannot start says so", async () => {
    const commands = open(newTask());
    await commands.start({ argv: server }, signal);
    await commands.start({ argv: server }, signal);
    await expect(commands.start({ argv: server }, signal)).rejects.toThrow(
      /2 commands run in the background already: c1 .*, c2 .*"command":"c1","stop":true/,
    );
    await commands.stop("c1");
    await expect(commands.start({ argv: ["no-such-program"] }, signal)).rejects.toMatchObject({ code: "not_found" });
    expect(await commands.start({ argv: server }, signal)).toMatchObject({ state: "running" });
  });

  it("are never taken to be alive by another worker", async () => {
    const taskId = newTask();
    const before = open(taskId);
    await before.start({ argv: server }, signal);
    // the worker is gone without a word
    const after = open(taskId);
    expect(await after.takeNews()).toEqual([expect.stringMatching(/^c1 .* it ended with the run before/)]);
    expect(await after.look("c1", signal)).toMatchObject({ state: "lost", end: null });
    expect(await after.stop("c1")).toMatchObject({ state: "lost" });
    expect(await after.readAll("c1")).toBe("ready\n");
    expect((await after.run({ argv: ["true"] }, signal)).name).toBe("c2");
    expect(await after.takeNews()).toEqual([]);
  });

  it("end with their run, which the next is told", async () => {
    const commands = open(newTask());
    await commands.start({ argv: server }, signal);
    expect(await commands.endAll()).toBe(1);
    expect(await commands.endAll()).toBe(0);
    expect(await commands.takeNews()).toEqual([expect.stringMatching(/^c1 .* it ended with the run before/)]);
    expect(await commands.look("c1", signal)).toMatchObject({ state: "lost" });
  });

  it("lose the oldest outputs where they are too many", async () => {
    const taskId = newTask();
    const commands = open(taskId);
    for (let number = 1; number <= 7; number++)
      await commands.run({ argv: ["head", "-c", "760000", "/dev/zero"] }, signal);
    const kept = (await openOutputFiles(directory, taskId).list()).map(({ keptBytes }) => keptBytes > 0);
    expect(kept).toEqual([false, true, true, true, true, true, true]);
    expect(await commands.readAll("c1")).toBe("");
  });
});
