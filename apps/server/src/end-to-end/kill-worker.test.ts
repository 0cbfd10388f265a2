// A worker is killed with SIGKILL again and again in the course of one run: another goes on from what was stored, no stored answer of
// the model is asked for again, and the change is the one of a run that nobody disturbed.
import { setTimeout as sleep } from "node:timers/promises";
import type { TaskId } from "@outpost/protocol";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { allEvents, eventsOf, submitTask, taskEnd, until } from "./follow-task.ts";
import { type Asked, findAskedTwice, findLogProblems, longCommand, longRun } from "./long-run.ts";
import { findChildren, isRunning } from "./running-processes.ts";
import { answerByScenario } from "./scenarios.ts";
import { type ScriptedServer, startScriptedServer } from "./scripted-server.ts";

// A busy machine is slow; a run that hangs still ends.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 120_000 });

const isFull = process.env["OUTPOST_FULL"] === "1";
const randomKills = isFull ? 30 : 2;

const asked: Record<string, Asked[]> = { calm: [], killed: [], random: [] };
const scenarios = Object.fromEntries(
  Object.entries(asked).map(([name, list]) => [name, longRun(list, name === "calm" ? 0 : 250)]),
);

let server: ScriptedServer;

beforeAll(async () => {
  server = await startScriptedServer(answerByScenario(scenarios, 1000), { settings: { leaseMs: 1500 } });
});
afterAll(() => server?.close());

const submit = (scenario: string) => submitTask(server, `[${scenario}] Mend the calculator.`);

async function killWorker(): Promise<number> {
  const pid = await until("a worker", async () => (await findChildren(process.pid, "worker"))[0]);
  process.kill(pid, "SIGKILL");
  await until("the worker's end", async () => !(await findChildren(process.pid, "worker")).includes(pid) || undefined);
  return pid;
}

async function changeOf(taskId: TaskId) {
  const change = await server.client.call("getChange", { params: { taskId, revision: "latest" } });
  return change.files.map(({ path, newBlob }) => [path, newBlob]);
}

describe("a worker that is killed", () => {
  let undisturbed: unknown;

  it("(or not) ends with a change", async () => {
    const id = await submit("calm");
    expect(await taskEnd(server.client, id)).toMatchObject({ state: "proposed" });
    undisturbed = await changeOf(id);
    expect(undisturbed).toHaveLength(2);
    expect(asked["calm"]).toHaveLength(7);
  });

  it("during a model call, between steps, during a command and while it finishes, is replaced, and the run goes on", async () => {
    const id = await submit("killed");
    const last = () => asked["killed"]?.at(-1)?.answersBefore ?? -1;
    const points: [what: string, isThere: () => Promise<boolean> | boolean][] = [
      ["the first model call", () => last() === 0],
      ["a checkpoint", async () => eventsOf(await allEvents(server.client, id), "checkpoint.created").length > 0],
      ["a command", () => isRunning(longCommand)],
      ["a model call behind a write", () => last() === 4],
      ["the last model call", () => last() === 6],
    ];
    for (const [what, isThere] of points) {
      await until(what, async () => (await isThere()) || undefined);
      await killWorker();
    }
    expect(await taskEnd(server.client, id)).toMatchObject({ state: "proposed", attempt: 1 });
    const events = await allEvents(server.client, id);
    expect(findLogProblems(events)).toEqual([]);
    expect(findAskedTwice(events, asked["killed"] ?? [])).toEqual([]);
    expect(eventsOf(events, "tool.returned").filter(({ interrupted }) => interrupted)).toHaveLength(1);
    expect(eventsOf(events, "run.resumed").length).toBeGreaterThanOrEqual(points.length);
    expect(await changeOf(id)).toEqual(undisturbed);
    const { workers } = await server.client.call("getStatus");
    expect(workers.restarts).toBe(points.length);
  });

  it(`at ${randomKills} moments by chance loses nothing either`, async () => {
    let kills = 0;
    while (kills < randomKills) {
      const list = asked["random"] ?? [];
      list.length = 0;
      const id = await submit("random");
      const end = taskEnd(server.client, id, 120_000);
      let hasEnded = false;
      void end.finally(() => {
        hasEnded = true;
      });
      while (!hasEnded && kills < randomKills) {
        await sleep(200 + Math.random() * 1800);
        if (hasEnded) break;
        await killWorker();
        kills += 1;
      }
      const { state, outcome } = await end;
      expect(state, JSON.stringify(outcome)).toBe("proposed");
      const events = await allEvents(server.client, id);
      expect(findLogProblems(events)).toEqual([]);
      expect(findAskedTwice(events, list)).toEqual([]);
      expect(await changeOf(id)).toEqual(undisturbed);
    }
  }, 600_000);
});
