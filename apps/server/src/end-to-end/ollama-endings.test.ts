// How a run with a model of Ollama ends when something goes wrong: each ending has its name, and what was changed until then is kept:
// it is in the proposed change, or a message goes on from it. All at the same time, on one server.
import { setTimeout as sleep } from "node:timers/promises";
import type { TaskId } from "@outpost/protocol";
import type { OllamaTestAnswer } from "@outpost/testkit";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { allEvents, eventsOf, firstEvent, submitTask, type TaskRequest, taskEnd, until } from "./follow-task.ts";
import { isRunning } from "./running-processes.ts";
import { answerByScenario, call, callsInOrder, messagesOf, type Scenario, scenarioOf } from "./scenarios.ts";
import { type ScriptedServer, startScriptedServer } from "./scripted-server.ts";

// A busy machine is slow; a run that hangs still ends.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 120_000 });

type Answer = OllamaTestAnswer;

const read = call("read_file", { path: "calculator.py" });
const edit = call("edit_file", { path: "calculator.py", old: "return a - b", new: "return a + b" });
const finish = call("finish", { summary: "Done." });
/** Refusals before the stream; the script's type has them for fixed replies only. */
const refuse = (status: number, error: string) => ({ status, error }) as unknown as Answer;
const stalled: Answer = { content: "Thinking about it", fault: { type: "stall", afterChunks: 1 } };
const cut: Answer = { content: "I will now call the", fault: { type: "reset", afterChunks: 2 } };
const dropped: Answer = { content: "never seen", fault: { type: "reset", afterChunks: 0 } };
/** The answer until the person says something more, and then another. */
const untilMessage =
  (before: Scenario<Answer>, after: Answer): Scenario<Answer> =>
  (turn) =>
    messagesOf(turn.body).some(({ content }) => content === "go on") ? after : before(turn);

const longCommand = ["sleep", `61.${process.pid}`];

const scenarios: Record<string, Scenario<Answer>> = {
  "step limit": untilMessage(callsInOrder([edit, read, read]), finish),
  "stalled model": untilMessage(callsInOrder([edit, stalled]), finish),
  "long command": untilMessage(callsInOrder([edit, call("run_command", { argv: longCommand })]), finish),
  "cut once": callsInOrder([edit, cut, finish]),
  "cut always": untilMessage(callsInOrder([edit, cut]), finish),
  "dropped always": untilMessage(callsInOrder([edit, dropped]), finish),
  "busy twice": ({ chatsBefore, answersBefore }) => {
    if (answersBefore === 1 && chatsBefore < 3) return refuse(503, "server busy, please try again");
    return [edit, finish][answersBefore] ?? finish;
  },
  "repeats itself": untilMessage(callsInOrder([edit, read]), finish),
  "says nothing": untilMessage(callsInOrder([edit, { content: "" }]), finish),
  "unknown tool": ({ chatsBefore }) =>
    [call("delete_everything", {}), call("edit_file", { path: 3 }), edit][chatsBefore] ?? finish,
  "message at the end": ({ body }) => {
    const messages = messagesOf(body);
    if (messages.some(({ content }) => content === "and the README")) {
      return messages.some(({ content }) => content.startsWith("wrote README.md"))
        ? finish
        : call("write_file", { path: "README.md", content: "# Mended\n" });
    }
    return messages.some(({ role }) => role === "assistant") ? { ...finish, delayBeforeHeadersMs: 700 } : edit;
  },
};

let server: ScriptedServer;

beforeAll(async () => {
  server = await startScriptedServer(answerByScenario(scenarios), { settings: { workers: 4 } });
});
afterAll(() => server?.close());

const submit = (scenario: string, more: TaskRequest = {}) =>
  submitTask(server, `[${scenario}] Mend the calculator.`, more);

const chatsOf = (scenario: string) => server.ollama.chats.filter(({ body }) => scenarioOf(body) === scenario);

/** The change holds the edit, whatever came after it. */
async function expectTheEdit(taskId: TaskId): Promise<void> {
  const change = await server.client.call("getChange", { params: { taskId, revision: "latest" } });
  expect(change.files.map(({ path }) => path)).toEqual(["calculator.py"]);
  expect(change.files[0]?.hunks[0]?.lines).toContain("+    return a + b");
}

/** A message begins another run, which goes on from the checkpoint and ends well. */
async function goOn(taskId: TaskId): Promise<void> {
  await server.client.call("addMessage", { params: { taskId }, body: { text: "go on" } });
  expect(await taskEnd(server.client, taskId)).toMatchObject({ state: "proposed", attempt: 2 });
  await expectTheEdit(taskId);
}

describe.concurrent("a run", () => {
  it("stops at the step limit, with what it has", async () => {
    const id = await submit("step limit", { limits: { steps: 2 } });
    const task = await taskEnd(server.client, id);
    expect(task).toMatchObject({ state: "stopped", outcome: { type: "stopped", reason: "step_limit", revision: 1 } });
    expect(task.outcome).toHaveProperty("message", expect.stringMatching(/2 steps.*limits\.steps/));
    expect(chatsOf("step limit")).toHaveLength(2);
    await expectTheEdit(id);
    await goOn(id);
  });

  it("stops by name when the model repeats itself", async () => {
    const id = await submit("repeats itself");
    expect(await taskEnd(server.client, id)).toMatchObject({
      outcome: { type: "stopped", reason: "loop", revision: 1 },
    });
    await goOn(id);
  });

  it("stops by name when the model says nothing", async () => {
    const id = await submit("says nothing");
    expect(await taskEnd(server.client, id)).toMatchObject({ outcome: { reason: "no_reply", revision: 1 } });
    await goOn(id);
  });

  it("is cancelled at once while the model stalls", async () => {
    const id = await submit("stalled model");
    await until("the stall", () => (chatsOf("stalled model").length === 2 ? true : undefined));
    await sleep(100);
    await cancelSwiftly(id);
    const chat = chatsOf("stalled model")[1];
    await until("the end of the model's call", () => chat?.aborted || undefined);
    await goOn(id);
  });

  it("is cancelled at once while a command runs, and the command is gone", async () => {
    const id = await submit("long command");
    await until("the command", async () => (await isRunning(longCommand)) || undefined);
    await cancelSwiftly(id);
    expect(await isRunning(longCommand)).toBe(false);
    await goOn(id);
  });

  it("goes on after a connection that broke in the middle of an answer", async () => {
    const id = await submit("cut once");
    expect(await taskEnd(server.client, id)).toMatchObject({ state: "proposed" });
    const replies = eventsOf(await allEvents(server.client, id), "model.replied");
    expect(replies.map(({ reply }) => reply.finishReason)).toEqual(["stop", "cut", "stop"]);
    await expectTheEdit(id);
  });

  it("stops by name when the connection breaks in the middle of every answer", async () => {
    const id = await submit("cut always");
    expect(await taskEnd(server.client, id)).toMatchObject({ outcome: { reason: "no_reply", revision: 1 } });
    await expectTheEdit(id);
    await goOn(id);
  });

  it("asks again, and then stops by name, when the connection breaks before the first piece", async () => {
    const id = await submit("dropped always");
    const task = await taskEnd(server.client, id);
    expect(task).toMatchObject({ outcome: { type: "stopped", reason: "model_unavailable", revision: 1 } });
    const failures = eventsOf(await allEvents(server.client, id), "model.failed");
    expect(failures.map(({ code, willRetry }) => [code, willRetry])).toEqual([
      ["unavailable", true],
      ["unavailable", true],
      ["unavailable", true],
      ["unavailable", false],
    ]);
    await goOn(id);
  });

  it("goes on when the server was busy twice", async () => {
    const id = await submit("busy twice");
    expect(await taskEnd(server.client, id)).toMatchObject({ state: "proposed" });
    expect(chatsOf("busy twice")).toHaveLength(4);
    await expectTheEdit(id);
  });

  it("tells the model what was wrong with a call, and goes on", async () => {
    const id = await submit("unknown tool");
    expect(await taskEnd(server.client, id)).toMatchObject({ state: "proposed" });
    const returned = eventsOf(await allEvents(server.client, id), "tool.returned");
    expect(returned.map(({ ok }) => ok)).toEqual([false, false, true, true]);
    expect(returned[0]?.observation).toMatch(/no tool "delete_everything"; there are .*read_file/);
    expect(eventsOf(await allEvents(server.client, id), "protocol.changed")).toMatchObject([{ protocol: "text" }]);
    const [, , third, last] = chatsOf("unknown tool");
    expect(third?.body["tools"]).toBeUndefined();
    expect(JSON.stringify(last?.body)).not.toContain("delete_everything");
    await expectTheEdit(id);
  });

  it("of an unknown model fails with the names of those there are", async () => {
    const task = await taskEnd(server.client, await submit("unused", { model: "ollama/nothing:1b" }));
    expect(task).toMatchObject({ state: "failed", outcome: { type: "failed", code: "not_found" } });
    expect(task.outcome).toHaveProperty("message", expect.stringMatching(/"nothing:1b".*"coder:7b"/));
  });

  it("that ends while a message comes in is followed by one that sees the message", async () => {
    const id = await submit("message at the end");
    await until("the last call", () => (chatsOf("message at the end").length === 2 ? true : undefined));
    await server.client.call("addMessage", { params: { taskId: id }, body: { text: "and the README" } });
    const paths = await until("both files in the change", async () => {
      await taskEnd(server.client, id);
      const { files } = await server.client.call("getChange", { params: { taskId: id, revision: "latest" } });
      return files.length === 2 ? files.map(({ path }) => path) : undefined;
    });
    expect(paths.sort()).toEqual(["README.md", "calculator.py"]);
  });
});

async function cancelSwiftly(id: TaskId): Promise<void> {
  const startedAt = performance.now();
  await server.client.call("cancelTask", { params: { taskId: id } });
  expect(await taskEnd(server.client, id)).toMatchObject({ state: "cancelled", outcome: { type: "cancelled" } });
  expect(performance.now() - startedAt).toBeLessThan(2500);
  await firstEvent(server.client, id, "checkpoint.created");
}
