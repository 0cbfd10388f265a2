// Workers and the server are killed, and workers stopped for longer than their lease, at random moments while the queue is drained: no
// acknowledged task is lost, each change becomes one commit, no database is harmed, and what a dead worker held goes on soon.
// Scripted model over the real wire, real git, real sandbox. `npm run test:chaos -- --tasks 300 --workers 8 --kills 300`.
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { EventEnvelope, Repository, Task, TaskId } from "@outpost/protocol";
import { examineTaskDatabase } from "@outpost/store";
import {
  createTempRepository,
  type OllamaTestServer,
  runGit,
  startOllamaTestServer,
  type TempRepository,
} from "@outpost/testkit";
import { afterAll, beforeAll, expect, it } from "vitest";
import { allEvents, registerAndIndex } from "../follow-task.ts";
import { call, messagesOf } from "../scenarios.ts";
import { createDataDirectory } from "../start-test-server.ts";
import { type AskedOf, countAll, describeRun, problemsOf, waitsOf } from "./judge.ts";
import { type Killer, startKiller } from "./killer.ts";
import { createQueueClient } from "./queue-client.ts";
import { chaos } from "./settings.ts";

const numbers = Array.from({ length: chaos.tasks }, (_, index) => index + 1);
const fileOf = (number: number): string => `tasks/${number}.txt`;

let ollama: OllamaTestServer;
let killer: Killer;
let projects: TempRepository[] = [];
const repositories: Repository[] = [];
const asked: AskedOf[] = [];
let dataDirectory = "";
let isWhole = false;

beforeAll(async () => {
  const replies = Array.from({ length: chaos.tasks * 60 }, () => answer);
  ollama = await startOllamaTestServer({ models: [{ name: "coder:7b" }], replies });
  const files = Object.fromEntries(numbers.map((number) => [fileOf(number), `task ${number}: open\n`]));
  projects = [await createTempRepository(files), await createTempRepository(files)];
  dataDirectory = await createDataDirectory();
  const { workers, leaseMs } = chaos;
  const model = { ollamaUrl: ollama.url, windowTokens: 8192 };
  killer = await startKiller({ dataDirectory, workers, leaseMs, ...model, retryLimit: 3, retryDelayMs: 200 });
  for (const { path } of projects) repositories.push(await registerAndIndex(killer.server().client, path));
}, 300_000);
afterAll(async () => {
  await killer?.close();
  await ollama?.close();
  for (const project of projects) await project.remove();
  if (isWhole || process.env["CI"] !== undefined) await rm(dataDirectory, { recursive: true, force: true });
  else console.log(`what is left of it lies in ${dataDirectory}`);
});

/** By how far the conversation has come: the same when the same is asked again. */
function answer({ body }: { body: Record<string, unknown> }) {
  const messages = messagesOf(body);
  const number = Number(/\[chaos (\d+)\]/.exec(messages[1]?.content ?? "")?.[1]);
  const answersBefore = messages.filter(({ role }) => role === "assistant").length;
  asked.push({ number, answersBefore, atMs: Date.now() });
  const edit = { path: fileOf(number), old: `task ${number}: open`, new: `task ${number}: done` };
  const calls = [
    call("edit_file", edit),
    call("run_command", { argv: ["sh", "-c", "sleep 0.2; cat tasks/*.txt | wc -l"] }),
  ];
  return calls[answersBefore] ?? call("finish", { summary: "Done." });
}

async function commitsOf(task: Task): Promise<string[]> {
  const project = projects[repositories.findIndex(({ id }) => id === task.spec.repositoryId)];
  const git = ["log", "--all", "--format=%H", "--fixed-strings", `--grep=${task.id}`];
  return (await runGit(project?.path ?? "", git)).split("\n").filter((line) => line !== "");
}

const drain = async (): Promise<void> => {
  const startedMs = Date.now();
  const queue = createQueueClient(killer.server);
  const rampage = killer.rampage();
  // Told below, unless something else has gone wrong before.
  rampage.catch(() => {});
  const acknowledged: Task[] = [];
  for (const number of numbers) acknowledged.push(await queue.submit(number, repositories[number % 2]?.id as never));
  await queue.bringHome(numbers.length);
  killer.stop();
  await rampage;
  const durationMs = Date.now() - startedMs;

  expect((await queue.listIds()).sort()).toEqual([...new Set(acknowledged.map(({ id }) => id))].sort());
  const logs = new Map<TaskId, EventEnvelope[]>();
  const wrong: unknown[] = [];
  let commits = 0;
  for (const { id } of acknowledged) {
    const task = await queue.insist(() => queue.client().call("getTask", { params: { taskId: id } }));
    const events = await queue.insist(() => allEvents(queue.client(), id));
    logs.set(id, events);
    const made = (await commitsOf(task)).length;
    commits += made;
    const problems = [...problemsOf(events), ...(made === 1 ? [] : [`there are ${made} commits of it`])];
    if (task.state !== "applied") problems.push(`it is ${task.state}: ${JSON.stringify(task.outcome)}`);
    if (problems.length > 0) wrong.push({ id, problems });
  }
  const counts = countAll(new Map(acknowledged.map(({ id }, index) => [index + 1, logs.get(id) ?? []])), asked);
  if (wrong.length === 0)
    console.log(describeRun(killer, counts, { durationMs, waits: waitsOf(killer, logs), commits }));
  expect(wrong).toEqual([]);
  expect(counts.paidTwice).toBe(0);
  expect(killer.counts.workers).toBeGreaterThan(0);
  expect(killer.counts.servers).toBeGreaterThan(0);
  expect(examineTaskDatabase(join(dataDirectory, "tasks.db"))).toMatchObject({ isSound: true, problems: [] });
  isWhole = true;
};
it(
  `${chaos.tasks} tasks and ${chaos.workers} workers lose nothing in ${chaos.kills} kills`,
  drain,
  chaos.timeoutMs + 60_000,
);
