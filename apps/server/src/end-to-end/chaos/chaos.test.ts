// Workers and the server are killed, and workers stopped for longer than their lease, at random moments while the queue is drained: no
// acknowledged task is lost, each change becomes one commit, no database is harmed, and what a dead worker held goes on soon.
// Scripted model over the real wire, real git, real sandbox. `npm run test:chaos -- --tasks 300 --workers 8 --kills 300`.
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createClient, type OutpostClient } from "@outpost/client";
import type { EventEnvelope, Repository, Task, TaskPage } from "@outpost/protocol";
import { examineTaskDatabase } from "@outpost/store";
import {
  createTempRepository,
  type OllamaTestServer,
  runGit,
  startOllamaTestServer,
  type TempRepository,
} from "@outpost/testkit";
import { afterAll, beforeAll, expect, it } from "vitest";
import { allEvents, eventsOf, registerAndIndex } from "../follow-task.ts";
import { call, messagesOf } from "../scenarios.ts";
import { createDataDirectory } from "../start-test-server.ts";
import { type Killer, startKiller } from "./killer.ts";
import { chaos } from "./settings.ts";

const numbers = Array.from({ length: chaos.tasks }, (_, index) => index + 1);
const fileOf = (number: number): string => `tasks/${number}.txt`;

let ollama: OllamaTestServer;
let killer: Killer;
let projects: TempRepository[] = [];
const repositories: Repository[] = [];
let dataDirectory = "";

beforeAll(async () => {
  const replies = Array.from({ length: chaos.tasks * 60 }, () => answer);
  ollama = await startOllamaTestServer({ models: [{ name: "coder:7b" }], replies });
  const files = Object.fromEntries(numbers.map((number) => [fileOf(number), `task ${number}: open\n`]));
  projects = [await createTempRepository(files), await createTempRepository(files)];
  dataDirectory = await createDataDirectory();
  const { workers, leaseMs } = chaos;
  const model = { ollamaUrl: ollama.url, windowTokens: 8192 };
  killer = await startKiller({ dataDirectory, workers, leaseMs, ...model, retryLimit: 3, retryDelayMs: 200 });
  for (const { path } of projects) repositories.push(await registerAndIndex(client(), path));
}, 300_000);
afterAll(async () => {
  await killer?.close();
  await ollama?.close();
  for (const project of projects) await project.remove();
  await rm(dataDirectory, { recursive: true, force: true });
});

/** By how far the conversation has come: the same when the same is asked again. */
function answer({ body }: { body: Record<string, unknown> }) {
  const messages = messagesOf(body);
  const number = /\[chaos (\d+)\]/.exec(messages[1]?.content ?? "")?.[1];
  const answers = messages.filter(({ role }) => role === "assistant").length;
  const edit = { path: `tasks/${number}.txt`, old: `task ${number}: open`, new: `task ${number}: done` };
  const calls = [
    call("edit_file", edit),
    call("run_command", { argv: ["sh", "-c", "sleep 0.2; cat tasks/*.txt | wc -l"] }),
  ];
  return calls[answers] ?? call("finish", { summary: "Done." });
}

const client = (): OutpostClient =>
  createClient({ baseUrl: killer.server().url, token: killer.server().token, reconnect: { maxAttempts: 1 } });

/** As a client does that does not know whether its request arrived: again, until there is an answer. */
async function insist<Value>(ask: () => Promise<Value>): Promise<Value> {
  for (const deadline = Date.now() + chaos.timeoutMs; ; ) {
    try {
      return await ask();
    } catch (error) {
      const { code } = error as { code?: string };
      if ((code !== "unavailable" && code !== "timeout") || Date.now() > deadline) throw error;
      await sleep(50);
    }
  }
}

const submit = (number: number): Promise<Task> => {
  const repositoryId = repositories[number % 2]?.id;
  const body = {
    repositoryId: repositoryId as never,
    instruction: `[chaos ${number}] Do it.`,
    asking: "deny" as const,
  };
  return insist(() => client().call("submitTask", { body, idempotencyKey: `chaos-${number}` }));
};

/** Accepts its change as a commit on a branch as soon as there is one. */
async function bringHome({ id }: Task): Promise<Task> {
  const params = { taskId: id };
  for (const deadline = Date.now() + chaos.timeoutMs; Date.now() < deadline; await sleep(200)) {
    const task = await insist(() => client().call("getTask", { params }));
    if (task.state === "applied") return task;
    if (task.state === "proposed") {
      const decision = { decision: "accept" as const, target: "branch" as const };
      await insist(() =>
        client().call("decideChange", { params: { ...params, revision: "latest" }, body: decision }),
      ).catch((error: { code?: string }) => {
        // An answer that was lost with the server: it is decided already.
        if (error.code !== "conflict") throw error;
      });
    } else if (["failed", "dead", "stopped", "finished"].includes(task.state)) return task;
  }
  throw new Error(`task ${id} did not come home`);
}

async function commitsOf(task: Task): Promise<string[]> {
  const project = projects[repositories.findIndex(({ id }) => id === task.spec.repositoryId)];
  const git = ["log", "--all", "--format=%H", "--fixed-strings", `--grep=${task.id}`];
  return (await runGit(project?.path ?? "", git)).split("\n").filter((line) => line !== "");
}

/** How long what was killed under its worker waited for the next one, but for those whose server was gone meanwhile. */
function waitsOf(logs: ReadonlyMap<string, EventEnvelope[]>): number[] {
  return killer.orphans.flatMap(({ taskId, atMs }) => {
    const resumed = logs.get(taskId)?.find((envelope) => envelope.event.type === "run.resumed" && envelope.atMs > atMs);
    const started = logs.get(taskId)?.some(({ event, atMs: at }) => event.type === "run.started" && at <= atMs);
    if (!resumed || !started) return [];
    const isOutage = killer.outages.some(({ fromMs, untilMs }) => fromMs < resumed.atMs && untilMs + 3000 > atMs);
    return isOutage ? [] : [resumed.atMs - atMs];
  });
}

async function listAll(): Promise<string[]> {
  const ids: string[] = [];
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const query: { limit: number; cursor?: string } = { limit: 200, ...(cursor ? { cursor } : {}) };
    const page: TaskPage = await insist(() => client().call("listTasks", { query }));
    ids.push(...page.items.map(({ id }) => id));
    cursor = page.nextCursor;
  }
  return ids.sort();
}

/** No answer of the model was paid for twice, no call returned twice, no event is missing, and there is one commit. */
async function assertWhole(task: Task, events: EventEnvelope[]): Promise<void> {
  const answered = eventsOf(events, "model.replied").map(({ step }) => step);
  const returned = eventsOf(events, "tool.returned").map(({ callId }) => callId);
  expect(answered).toEqual([...new Set(answered)]);
  expect(returned).toEqual([...new Set(returned)]);
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
  expect(eventsOf(events, "change.applied")).toHaveLength(1);
  expect(await commitsOf(task)).toHaveLength(1);
}

function describeRun(durationMs: number, waits: readonly number[]): string {
  const { workers, servers, stopped, checks } = killer.counts;
  const seconds = (ms: number | undefined) => ((ms ?? 0) / 1000).toFixed(1);
  const late = waits.filter((ms) => ms > chaos.leaseMs + 2000).length;
  return [
    `${chaos.tasks} tasks, ${chaos.workers} workers, ${seconds(durationMs)} s: ${workers} workers and ${servers} servers killed, ${stopped} workers stopped for longer than their lease of ${seconds(chaos.leaseMs)} s`,
    `0 lost, 0 commits twice, ${checks} databases looked at and intact`,
    `${waits.length} orphans went on after ${seconds(waits[Math.floor(waits.length / 2)])} s (median), ${seconds(waits.at(-1))} s at most; ${late} later than the lease and 2 s`,
  ].join("\n");
}

const title = `${chaos.tasks} tasks and ${chaos.workers} workers lose nothing in ${chaos.kills} kills`;
const drain = async (): Promise<void> => {
  const startedMs = Date.now();
  const rampage = killer.rampage();
  const acknowledged: Task[] = [];
  for (const number of numbers) acknowledged.push(await submit(number));
  const home = await Promise.all(acknowledged.map(bringHome));
  killer.stop();
  await rampage;
  expect(await listAll()).toEqual([...new Set(acknowledged.map(({ id }) => id))].sort());
  expect(acknowledged).toHaveLength(chaos.tasks);
  expect(home.filter(({ state }) => state !== "applied").map(({ id, outcome }) => [id, outcome])).toEqual([]);
  const logs = new Map<string, EventEnvelope[]>();
  for (const { id } of home) logs.set(id, await insist(() => allEvents(client(), id)));
  for (const task of home) await assertWhole(task, logs.get(task.id) ?? []);
  expect(examineTaskDatabase(join(dataDirectory, "tasks.db"))).toMatchObject({ isSound: true, problems: [] });
  const waits = waitsOf(logs).toSorted((left, right) => left - right);
  console.log(describeRun(Date.now() - startedMs, waits));
};
it(title, drain, chaos.timeoutMs + 60_000);
