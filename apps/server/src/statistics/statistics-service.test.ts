// Metrics follow the log while it grows; their names and labels are what Prometheus takes, and bounded whatever the log holds.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createWorkStatistics, type TaskStore } from "@outpost/core";
import { type EventEnvelope, type TaskEvent, type TaskId, TaskSpec } from "@outpost/protocol";
import { openSqliteTaskStore } from "@outpost/store";
import { createTestIds, plainRepository } from "@outpost/testkit";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { IndexService } from "../index-service/index-service.ts";
import { renderMetrics } from "./render-metrics.ts";
import { createStatisticsService } from "./statistics-service.ts";

let folder = "";
let store: TaskStore;
const newId = createTestIds();
const repositoryId = newId("rep");
const baseCommit = "1".repeat(40) as never;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "outpost-metrics-"));
  store = await openSqliteTaskStore({ path: join(folder, "tasks.db") });
  await store.createRepository(plainRepository(repositoryId));
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

const index = {
  status: () => ({ files: 3, chunks: 9, indexedAtMs: 4000, progress: { filesTotal: 10, filesDone: 4 } }),
} as unknown as IndexService;
let nowMs = 10_000;
const open = () =>
  createStatisticsService({
    ...{ store, index, dataDirectory: folder, version: "9", nowMs: () => nowMs, openStreams: () => 2 },
    workers: () => ({ running: 1, limit: 4, restarts: 0 }),
  });

const runStarted = (name = "rules", tools: string[] = []): TaskEvent => ({
  ...{ type: "run.started", runId: newId("run"), attempt: 1, baseCommit, systemPrompt: "" },
  model: { provider: "test", name, windowTokens: 8192, canCallTools: true, canThink: false },
  tools: tools.map((tool) => ({ name: tool, effect: "command", description: "", parameters: {} })),
});

async function submit(): Promise<TaskId> {
  const spec = TaskSpec.parse({ repositoryId, instruction: "do it" });
  return (await store.createTask({ taskId: newId("tsk"), spec, by: "ada", nowMs })).task.id;
}
const append = (taskId: TaskId, ...events: TaskEvent[]) =>
  store.append({ taskId, expectedSeq: "any", fence: null, events, nowMs });

/** By name with labels. Throws for a line that is none of the format's. */
function parse(text: string): Map<string, number> {
  const values = new Map<string, number>();
  for (const line of text.trimEnd().split("\n")) {
    if (/^# (HELP|TYPE) [a-z_]+ \S/.test(line)) continue;
    const found = /^([a-z_]+(?:\{(?:[a-z_]+="(?:[^"\\\n]|\\.)*",?)+\})?) (-?[\d.e+-]+|\+Inf)$/.exec(line);
    if (!found?.[1]) throw new Error(`"${line}" is no line of the format`);
    if (values.has(found[1])) throw new Error(`"${found[1]}" is there twice`);
    values.set(found[1], Number(found[2]));
  }
  return values;
}

it("counts what happens after the server started, once however often it is asked, and knows what a task did before", async () => {
  const before = await submit();
  nowMs = 12_000;
  const service = open();
  await service.metrics();
  await append(before, runStarted());
  const after = await submit();
  const read = async () => parse((await service.metrics()).text);
  const first = await read();
  expect(first.get("outpost_tasks_created_total")).toBe(1);
  // It came into the queue two seconds before its run, and before the server started.
  expect(first.get("outpost_queue_wait_seconds_sum")).toBe(2);
  expect(first.get('outpost_queue_wait_seconds_bucket{le="1"}')).toBe(0);
  expect(first.get('outpost_queue_wait_seconds_bucket{le="5"}')).toBe(1);
  expect(first.get('outpost_tasks{state="queued"}')).toBe(1);
  expect(first.get('outpost_tasks{state="dead"}')).toBe(0);
  expect(first.get("outpost_index_pending_files")).toBe(6);
  expect(first.get("outpost_index_age_seconds")).toBe(8);
  expect([first.get("outpost_event_streams"), first.get('outpost_workers{kind="limit"}')]).toEqual([2, 4]);
  nowMs = 42_000;
  const usage = { promptTokens: 100, outputTokens: 30, firstTokenMs: 1000, totalMs: 4000 };
  const reply = { content: "", thinking: "", toolCalls: [], finishReason: "stop" as const, usage };
  const end = {
    type: "run.finished" as const,
    runId: newId("run"),
    outcome: { type: "finished" as const, summary: "" },
  };
  await append(before, { type: "model.replied", step: 1, reply }, end);
  await Promise.all([read(), read()]);
  const last = await read();
  expect(last.get("outpost_run_seconds_sum")).toBe(30);
  expect(last.get('outpost_runs_ended_total{outcome="finished"}')).toBe(1);
  expect(last.get('outpost_model_tokens_total{model="test/rules",kind="output"}')).toBe(30);
  expect(last.get('outpost_model_tokens_per_second{model="test/rules"}')).toBe(10);
  expect(last.get("outpost_tasks_created_total")).toBe(1);
  // The same for people, of the time that they ask for.
  const shown = await service.show({ days: 7 });
  expect(shown.work).toMatchObject({ tasksCreated: 2, runsStarted: 1, runsEnded: { finished: 1 } });
  expect((await service.show({ days: 29.9 / 86_400 })).work).toMatchObject({
    tasksCreated: 0,
    runsEnded: { finished: 1 },
  });
  expect((await store.getTask(after)).state).toBe("queued");
});

it("keeps labels few and harmless, whatever models and tools a log names", () => {
  const statistics = createWorkStatistics();
  const take = (taskId: TaskId, seq: number, event: TaskEvent) =>
    statistics.take({ version: 1, position: 1, taskId, seq, atMs: 1, event } as EventEnvelope);
  for (let number = 0; number < 300; number++) {
    const taskId = newId("tsk");
    take(taskId, 1, runStarted(`odd "${number}"\n\\`));
    take(taskId, 2, { type: "model.failed", step: 1, code: "timeout", message: "", willRetry: false });
    const call = { type: "tool.called" as const, step: 1, callId: "c", name: `tool ${number}`, arguments: {} };
    take(taskId, 3, { ...call, verdict: "deny" });
  }
  const input = { version: "9", tasksByState: {}, workers: { running: 0, limit: 1, restarts: 0 }, openStreams: 0 };
  const numbers = { repositories: 0, files: 0, chunks: 0, bytes: 0, oldestMs: null, pendingFiles: 0 };
  const work = statistics.result();
  const values = parse(renderMetrics({ ...input, index: numbers, work, memoryBytes: 1 }));
  const of = (name: string) => [...values.keys()].filter((key) => key.startsWith(`${name}{`));
  expect(of("outpost_model_failures_total")).toHaveLength(51);
  expect(values.get('outpost_model_failures_total{model="other",code="timeout"}')).toBe(250);
  expect(of("outpost_tool_calls_total")).toHaveLength(101);
  expect(values.get('outpost_tool_calls_total{tool="other",verdict="deny"}')).toBe(200);
  expect(values.size).toBeLessThan(450);
  expect(work.denied.length).toBeLessThanOrEqual(201);
});
