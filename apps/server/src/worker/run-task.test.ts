// How runs of one task follow each other, and how one ends when what it needs fails it: by name, once, with nothing left behind on disk.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { TaskId } from "@outpost/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { brokenCalculator, calculatorFiles, mendedCalculator } from "../end-to-end/calculator-project.ts";
import { allEvents, eventsOf, firstEvent, submitTask, taskEnd, until } from "../end-to-end/follow-task.ts";
import { answerByScenario, call, callsInOrder } from "../end-to-end/scenarios.ts";
import { type ScriptedServer, startScriptedServer } from "../end-to-end/scripted-server.ts";

const edit = (old: string, changed: string) => call("edit_file", { path: "calculator.py", old, new: changed });
const slowFinish = { ...call("finish", { summary: "Done." }), delayBeforeHeadersMs: 600 };

const scenarios = {
  flood: callsInOrder([
    call("run_command", { argv: ["sh", "-c", "mkdir made && cd made && seq 2100 | xargs touch"] }),
    call("finish", { summary: "Made files." }),
  ]),
  twice: callsInOrder([
    edit("return a - b", "return a + b"),
    call("finish", { summary: "Mended." }),
    edit("return a + b", "return b + a"),
    call("finish", { summary: "Turned round." }),
  ]),
  interrupted: callsInOrder([slowFinish, call("finish", { summary: "Heard." })]),
  asking: callsInOrder([
    call("ask_user", { question: "First?" }),
    call("ask_user", { question: "Second?" }),
    call("finish", { summary: "Answered." }),
  ]),
};

let server: ScriptedServer;

beforeAll(async () => {
  server = await startScriptedServer(answerByScenario(scenarios), { settings: { leaseMs: 1500 } });
});
afterAll(() => server?.close());

const submit = (instruction: string) => submitTask(server, instruction);
const say = (taskId: TaskId, text: string) => server.client.call("addMessage", { params: { taskId }, body: { text } });
const decide = (taskId: TaskId, decision: "accept" | "reject") =>
  server.client.call("decideChange", { params: { taskId, revision: "latest" }, body: { decision } });
const onDisk = () => readFile(join(server.project.path, "calculator.py"), "utf8");

describe("a run that cannot go on", () => {
  it("because its change is over the bounds ends by name", async () => {
    const task = await taskEnd(server.client, await submit("[flood] Make files."));
    expect(task).toMatchObject({ state: "failed", outcome: { type: "failed", code: "limit_exceeded" } });
  });
});

describe("a second run of a task", () => {
  it("behind an accepted change is made on top of it", async () => {
    const id = await submit("[twice] Mend the calculator.");
    expect(await taskEnd(server.client, id)).toMatchObject({ state: "proposed", revision: 1 });
    await decide(id, "accept");
    expect(await onDisk()).toBe(mendedCalculator);
    await say(id, "Now the other way round.");
    expect(await taskEnd(server.client, id)).toMatchObject({ state: "proposed", revision: 2 });
    const change = await server.client.call("getChange", { params: { taskId: id, revision: 2 } });
    expect(change).toMatchObject({ addedLines: 1, removedLines: 1 });
    await decide(id, "accept");
    expect(await onDisk()).toBe(mendedCalculator.replace("a + b", "b + a"));
    await server.client.call("revertChange", { params: { taskId: id, revision: 2 } });
    expect(await onDisk()).toBe(mendedCalculator);
    expect(brokenCalculator).not.toBe(mendedCalculator);
  });

  it("in the same lease searches a view of its own", async () => {
    const id = await submit("[interrupted] Look at the calculator.");
    await firstEvent(server.client, id, "step.started");
    await until(
      "the model call",
      () => server.ollama.chats.some(({ body }) => JSON.stringify(body).includes("[interrupted]")) || undefined,
    );
    await say(id, "Look once more.");
    await until("the second run", async () => eventsOf(await allEvents(server.client, id), "run.finished")[1]);
    const steps = eventsOf(await allEvents(server.client, id), "step.started");
    expect(steps).toHaveLength(2);
    for (const { coverage, hits } of steps) {
      expect(coverage).toMatchObject({ state: "ready", files: Object.keys(calculatorFiles).length });
      expect(hits.length).toBeGreaterThan(0);
    }
  });
});

describe("a question", () => {
  it("of before a cancel is not answered in the place of a later one", async () => {
    const taskId = await submit("[asking] Ask me.");
    const first = await firstEvent(server.client, taskId, "approval.requested");
    await server.client.call("cancelTask", { params: { taskId } });
    await say(taskId, "Go on.");
    const second = await until(
      "the second question",
      async () => eventsOf(await allEvents(server.client, taskId), "approval.requested")[1],
    );
    const answer = (approvalId: string, text: string) =>
      server.client.call("answerApproval", { params: { taskId, approvalId }, body: { answer: text } });
    await expect(answer(first.approvalId, "old")).rejects.toMatchObject({ code: "conflict" });
    await answer(second.approvalId, "new");
    expect(await taskEnd(server.client, taskId)).toMatchObject({ state: "finished" });
  });
});

describe("on disk", () => {
  it("no run leaves a worktree", async () => {
    await until("the removal", async () => {
      const tasks = await readdir(join(server.dataDirectory, "worktrees"));
      // A task's folder may go between the two looks.
      const listed = tasks.map((task) => readdir(join(server.dataDirectory, "worktrees", task)).catch(() => []));
      const left = await Promise.all(listed);
      return left.flat().length === 0 || undefined;
    });
  });
});
