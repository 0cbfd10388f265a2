// Workers in a process of their own: they join the server, take tasks beside its children, hear of a cancel, are stopped for longer than their
// lease, dropped, and can append nothing when they wake up, and join again then, and when the server comes back.
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import type { TaskId } from "@outpost/protocol";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { allEvents, eventsOf, submitTask, taskEnd, until } from "./follow-task.ts";
import { joinWorker } from "./join-worker.ts";
import { isRunning } from "./running-processes.ts";
import { answerByScenario, call, callsInOrder } from "./scenarios.ts";
import { type ScriptedServer, startScriptedServer } from "./scripted-server.ts";
import { stopBetweenWrites } from "./stop-process.ts";

// A busy machine is slow; a run that hangs still ends.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 120_000 });

/** Like no others that run on this machine. */
const long = ["sleep", `61.${process.pid}`];
const short = ["sleep", `3.${process.pid}`];
const mend = call("edit_file", { path: "calculator.py", old: "return a - b", new: "return a + b" });
const done = call("finish", { summary: "Done." });
const scenarios = {
  long: callsInOrder([call("run_command", { argv: long }), done]),
  short: callsInOrder([mend, call("run_command", { argv: short }), done]),
  quick: callsInOrder([done]),
};

let server: ScriptedServer;
let joined: ChildProcess;

beforeAll(async () => {
  server = await startScriptedServer(answerByScenario(scenarios), { settings: { leaseMs: 1500 } });
  joined = joinWorker(server.dataDirectory, 2);
});
afterAll(async () => {
  joined?.kill("SIGKILL");
  await server?.close();
});

const status = () => server.client.call("getStatus");
const submit = (scenario: string) => submitTask(server, `[${scenario}] Do it.`);
/** Three workers for three tasks, so that two of them are the joined ones'. */
const submitThree = (scenario: string): Promise<TaskId[]> => Promise.all([scenario, scenario, scenario].map(submit));
const isHeldByJoined = async (taskId: TaskId): Promise<boolean> =>
  (await status()).busyWorkers.some((busy) => busy.taskId === taskId && busy.workerId.startsWith("j"));

describe("workers that joined", () => {
  it("are seen, take tasks beside the server's own, and end what they run when it is cancelled", async () => {
    await until("two places", async () => (await status()).workers.joined === 2 || undefined);
    const tasks = await submitThree("long");
    const held = await until("both at work", async () => {
      const { busyWorkers } = await status();
      return busyWorkers.length === 3 ? busyWorkers : undefined;
    });
    expect(held.filter(({ workerId }) => workerId.startsWith("j"))).toHaveLength(2);
    await until("the command", async () => (await isRunning(long)) || undefined);
    for (const taskId of tasks) {
      const startedMs = performance.now();
      await server.client.call("cancelTask", { params: { taskId } });
      expect(await taskEnd(server.client, taskId)).toMatchObject({ state: "cancelled" });
      console.log(`a cancel took ${Math.round(performance.now() - startedMs)} ms to end the task`);
    }
    await until("the end of the command", async () => !(await isRunning(long)) || undefined);
  });

  it("append nothing when they were stopped for longer than their lease: another has finished the run", async () => {
    const tasks = await submitThree("short");
    await until("the commands", async () => (await isRunning(short)) || undefined);
    const held = await until("one of theirs in its command", async () => {
      for (const taskId of tasks) {
        const called = eventsOf(await allEvents(server.client, taskId), "tool.called");
        if ((await isHeldByJoined(taskId)) && called.some(({ name }) => name === "run_command")) return taskId;
      }
      return undefined;
    });
    await stopBetweenWrites(joined.pid ?? 0, server.dataDirectory);
    for (const taskId of tasks) expect(await taskEnd(server.client, taskId)).toMatchObject({ state: "proposed" });
    const before = await allEvents(server.client, held);
    expect(eventsOf(before, "run.resumed").length).toBeGreaterThan(0);
    // Nobody has heard of them for so long: the server closes their connections, and they join anew when they go on.
    await until("their end", async () => (await status()).workers.joined === 0 || undefined);
    joined.kill("SIGCONT");
    await until("both again", async () => (await status()).workers.joined === 2 || undefined);
    await until("a task that they take again", async () => {
      const ids = await submitThree("quick");
      const seen = await Promise.all(ids.map(isHeldByJoined));
      for (const id of ids) await taskEnd(server.client, id);
      return seen.some(Boolean) || undefined;
    });
    expect(await allEvents(server.client, held)).toEqual(before);
    const change = await server.client.call("getChange", { params: { taskId: held, revision: "latest" } });
    expect(change.files.map(({ path }) => path)).toEqual(["calculator.py"]);
  });

  it("join the next server when theirs is gone, and end when they are told to", async () => {
    server = await server.restart();
    await until("both again", async () => (await status()).workers.joined === 2 || undefined);
    const exited = once(joined, "exit");
    joined.kill("SIGTERM");
    expect((await exited)[0]).toBe(0);
    await until("none", async () => (await status()).workers.joined === 0 || undefined);
  });
});
