// The review pause over a real store with a clock of its own: it waits for who works, stands until it is resumed, survives a restart.
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TaskStore } from "@outpost/core";
import { type RepositoryId, type TaskEvent, type TaskId, TaskSpec } from "@outpost/protocol";
import { openSqliteTaskStore } from "@outpost/store";
import { createTestIds, plainRepository } from "@outpost/testkit";
import pino from "pino";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openReportFiles } from "./report-files.ts";
import { createReviewPauseService } from "./review-pause-service.ts";

const dayMs = 86_400_000;
const startMs = Date.UTC(2026, 0, 5, 6);
const leaseMs = 15_000;

let folder = "";
let store: TaskStore;
let nowMs = startMs;
let woken = 0;
let repositoryId: RepositoryId;
const newId = createTestIds(startMs);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "outpost-review-"));
  store = await openSqliteTaskStore({ path: join(folder, "tasks.db") });
  nowMs = startMs;
  woken = 0;
  repositoryId = newId("rep");
  await store.createRepository(plainRepository(repositoryId));
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

const open = (everyDays = 7) =>
  createReviewPauseService({
    store,
    files: openReportFiles(join(folder, "reviews")),
    everyDays,
    nowMs: () => nowMs,
    leaving: async () => ({ tasks: 3, applied: 2 }),
    wake: () => {
      woken += 1;
    },
    logger: pino({ level: "silent" }),
  });

async function submit(): Promise<TaskId> {
  const spec = TaskSpec.parse({ repositoryId, instruction: "do it" });
  return (await store.createTask({ taskId: newId("tsk"), spec, by: "ada", nowMs })).task.id;
}

const lease = () => store.lease({ workerId: "w", leaseMs, nowMs });
const model = { provider: "rules", name: "rules", windowTokens: 8192, canCallTools: true, canThink: false };

async function begin(taskId: TaskId, fence: number): Promise<void> {
  const baseCommit = "1".repeat(40) as never;
  const event: TaskEvent = {
    ...{ type: "run.started", runId: newId("run"), attempt: 1, baseCommit, model, systemPrompt: "", tools: [] },
  };
  await store.append({ taskId, expectedSeq: "any", fence, events: [event], nowMs });
}

it("on demand: nothing is begun, the report waits for who works, and the queue goes on when it is resumed", async () => {
  const service = open();
  expect(await service.show()).toMatchObject({ current: null, nextAtMs: null, reviews: [] });
  const running = await submit();
  const waiting = await submit();
  const held = await lease();
  await begin(running, held?.fence ?? 0);
  nowMs += 60_000;
  const renewed = held && (await store.renew(held, leaseMs, nowMs));
  const begun = await service.begin("ada");
  expect(begun.current).toEqual({ id: "review-20260105T060100Z", state: "pausing", sinceMs: nowMs });
  expect(await lease()).toBeNull();
  await expect(service.begin("ada")).rejects.toMatchObject({ code: "conflict" });
  const end: TaskEvent = { type: "run.finished", runId: newId("run"), outcome: { type: "finished", summary: "" } };
  await store.append({ taskId: running, expectedSeq: "any", fence: held?.fence ?? 0, events: [end], nowMs });
  if (renewed) await store.release(renewed);
  nowMs += 5000;
  // A server that was killed meanwhile goes on with it.
  const again = open();
  await again.advance();
  expect((await again.show()).current?.state).toBe("waiting");
  const report = JSON.parse(await readFile(join(folder, "reviews/review-20260105T060100Z.json"), "utf8"));
  expect(report).toMatchObject({ by: "ada", fromMs: startMs, toMs: nowMs, successRate: 1 });
  expect(report.work).toMatchObject({ tasksCreated: 2, runsStarted: 1, runsEnded: { finished: 1 } });
  expect(await readFile(join(folder, "reviews/review-20260105T060100Z.md"), "utf8")).toContain("**1 runs** ended");
  expect(await lease()).toBeNull();
  expect(await again.resume()).toMatchObject({ current: null, reviews: [{ id: "review-20260105T060100Z" }] });
  expect([woken, (await lease())?.taskId]).toEqual([1, waiting]);
  await expect(again.resume()).rejects.toMatchObject({ code: "conflict" });
});

it("by itself once a week, counted from the last report, but never for a time in which nothing was begun", async () => {
  const service = open();
  const first = await submit();
  nowMs = startMs + 7 * dayMs + 1;
  await service.advance();
  expect((await service.show()).current).toBeNull();
  const held = await lease();
  await begin(first, held?.fence ?? 0);
  if (held) await store.release(held);
  nowMs += 1000;
  await service.advance();
  const { current, nextAtMs, reviews } = await service.show();
  expect(current?.state).toBe("waiting");
  expect(reviews[0]?.by).toBe("schedule");
  expect(nextAtMs).toBe(nowMs + 7 * dayMs);
  await service.resume();
  // What this week did is not in the next report, and an idle week has none.
  nowMs += 8 * dayMs;
  await service.advance();
  expect((await service.show()).current).toBeNull();
  await open(0).advance();
  expect((await open(0).show()).nextAtMs).toBeNull();
});

it("leaves the pause of a person as it is: only the report is written", async () => {
  const service = open();
  await submit();
  const pause = { repositoryId: null, kind: "person" as const, by: "ada", reason: "holidays", atMs: nowMs };
  await store.pauseQueue(pause);
  nowMs += 1000;
  expect(await service.begin("bob")).toMatchObject({ current: null, reviews: [{ by: "bob" }] });
  await expect(service.resume()).rejects.toMatchObject({ code: "conflict" });
  expect(await store.listPauses()).toEqual([pause]);
});

it("names the newest for a report that is not there", async () => {
  const files = openReportFiles(join(folder, "reviews"));
  await expect(files.read("latest")).rejects.toThrow(/there are none yet/);
  await expect(files.read("../tasks")).rejects.toMatchObject({ code: "not_found" });
});
