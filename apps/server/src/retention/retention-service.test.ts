// The janitor over a real store with a clock of its own: it waits for a quiet moment, but not for ever, and the review's numbers stay right.
import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TaskStore } from "@outpost/core";
import { OutpostError, type RepositoryId, type TaskEvent, type TaskId, TaskSpec } from "@outpost/protocol";
import { openSqliteTaskStore } from "@outpost/store";
import { createTestIds, plainRepository } from "@outpost/testkit";
import pino from "pino";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readWork } from "../statistics/statistics-service.ts";
import { createTaskLocks } from "../tasks/task-locks.ts";
import { createRetentionService } from "./retention-service.ts";
import { planRetention } from "./retention-times.ts";

const dayMs = 86_400_000;
const startMs = Date.UTC(2026, 0, 5);
const commit = "1".repeat(40);

let folder = "";
let store: TaskStore;
let nowMs = startMs;
let repositoryId: RepositoryId;
let forgotten: TaskId[] = [];
let isMirrorBroken = false;
let brokenId: TaskId | null = null;
const newId = createTestIds(startMs);
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "outpost-janitor-"));
  store = await openSqliteTaskStore({ path: join(folder, "tasks.db") });
  nowMs = startMs;
  forgotten = [];
  isMirrorBroken = false;
  brokenId = null;
  repositoryId = newId("rep");
  await store.createRepository(plainRepository(repositoryId));
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

const settings = { keptTaskDays: 20, keptTasks: 1000, reviewEveryDays: 7 };
const open = (
  given: Partial<typeof settings> = {},
  reportedToMs: () => number | null = () => nowMs,
  from: TaskStore = store,
) =>
  createRetentionService({
    ...{ store: from, locks: createTaskLocks(), dataDirectory: folder, settings: { ...settings, ...given } },
    host: {
      async forgetTasks(_, ids) {
        if (isMirrorBroken || ids.some((id) => id === brokenId))
          throw new OutpostError("unavailable", "the mirror cannot be read");
        forgotten.push(...ids);
      },
    },
    reportedToMs: async () => reportedToMs(),
    nowMs: () => nowMs,
    logger: pino({ level: "silent" }),
  });

async function addTask(...events: TaskEvent[]): Promise<TaskId> {
  const spec = TaskSpec.parse({ repositoryId, instruction: "do it" });
  const { task } = await store.createTask({ taskId: newId("tsk"), spec, by: "ada", nowMs });
  const command = { taskId: task.id, expectedSeq: "any", fence: null, nowMs } as const;
  if (events.length > 0) await store.append({ ...command, events });
  return task.id;
}

const model = { provider: "rules", name: "rules", windowTokens: 8192, canCallTools: true, canThink: false };
async function addRun(): Promise<TaskId> {
  const started = { type: "run.started", attempt: 1, baseCommit: commit, model, systemPrompt: "", tools: [] };
  const outcome = { type: "answered", answer: "yes", citations: [] };
  const runId = newId("run");
  return addTask(
    ...([
      { ...started, runId },
      { type: "run.finished", runId, outcome },
    ] as unknown as TaskEvent[]),
  );
}

const left = async (): Promise<TaskId[]> => (await store.listTasks({ limit: 1000 })).items.map(({ id }) => id);

describe("a round", () => {
  it("removes rows and files of what is too old, and nothing of what a review has yet to see", async () => {
    const old = await addRun();
    nowMs += 15 * dayMs;
    const recent = await addRun();
    for (const id of [old, recent]) await mkdir(join(folder, "command-outputs", id), { recursive: true });
    nowMs = startMs + 25 * dayMs;
    const unreported = open({}, () => startMs - dayMs);
    expect((await unreported.show()).due.tasks).toBe(0);
    expect((await unreported.run()).tasks).toBe(0);
    const service = open();
    expect(await service.preview(nowMs + 11 * dayMs, nowMs + 11 * dayMs)).toEqual({ tasks: 2, applied: 0 });
    expect(await service.run()).toMatchObject({ tasks: 1, events: 3, retention: { tasks: 1, due: { tasks: 0 } } });
    expect(await left()).toEqual([recent]);
    expect(forgotten).toEqual([old]);
    expect(await readdir(join(folder, "command-outputs"))).toEqual([recent]);
  });

  it("collects in the next round what it could not collect in this one", async () => {
    const old = await addRun();
    nowMs += 30 * dayMs;
    isMirrorBroken = true;
    const service = open();
    expect(await service.run()).toMatchObject({ tasks: 1 });
    expect(forgotten).toEqual([]);
    isMirrorBroken = false;
    expect(await service.run()).toMatchObject({ tasks: 0 });
    expect(forgotten).toEqual([old]);
    await service.run();
    expect(forgotten).toEqual([old]);
  });

  it("collects what comes behind that which cannot be collected", async () => {
    const ids = [await addRun(), await addRun(), await addRun()];
    nowMs += 30 * dayMs;
    brokenId = ids[0] ?? null;
    // Pages of one, so that the first is a whole page.
    const inPages: TaskStore = { ...store, listUncollected: (_, after) => store.listUncollected(1, after) };
    await open({}, undefined, inPages).run();
    expect(forgotten).toEqual(ids.slice(1));
  });

  it("goes on over any number of tasks, one at a time", async () => {
    for (let count = 0; count < 70; count++) await addRun();
    nowMs += 30 * dayMs;
    const service = open();
    const first = service.run();
    expect(await service.run().catch(String)).toMatch(/already/);
    expect(await first).toMatchObject({ tasks: 70 });
    expect(await store.verifyAudit()).toMatchObject({ ok: true });
  });

  it("keeps to the number too, within what is protected", async () => {
    const ids: TaskId[] = [];
    for (let day = 0; day < 6; day++) {
      ids.push(await addRun());
      nowMs += 3 * dayMs;
    }
    // Day 18: the first two are older than two review periods.
    await open({ keptTasks: 3, keptTaskDays: 0 }).run();
    expect((await left()).reverse()).toEqual(ids.slice(2));
  });
});

describe("by itself", () => {
  it("it waits until nobody works, and for a day at most", async () => {
    const old = await addRun();
    nowMs += 30 * dayMs;
    const queued = await addTask();
    const service = open();
    await service.advance();
    expect(await left()).toContain(old);
    nowMs += dayMs + 1;
    await service.advance();
    expect(await left()).toEqual([queued]);
    const next = await addRun();
    nowMs += 30 * dayMs;
    await store.lease({ workerId: "w", leaseMs: 60_000, nowMs });
    const quiet = open();
    await quiet.advance();
    expect(await left()).toContain(next);
    nowMs += 60_001;
    await store.append({
      ...{ taskId: queued, expectedSeq: "any", fence: null, nowMs },
      events: [{ type: "task.cancel_requested", by: "ada" }],
    });
    await quiet.advance();
    expect(await left()).not.toContain(next);
  });

  it("leaves the numbers of the last two review periods as they were", async () => {
    const service = open({ keptTaskDays: 14 });
    for (let hour = 0; hour < 24 * 40; hour += 12) {
      nowMs = startMs + hour * (dayMs / 24);
      await addRun();
      if (hour % 24 !== 0) continue;
      const from = nowMs - 14 * dayMs;
      const before = await readWork(store, from, nowMs + 1);
      await service.advance();
      expect(await readWork(store, from, nowMs + 1)).toEqual(before);
    }
    const { tasks, removed } = await store.describeKept();
    expect(removed.tasks).toBeGreaterThan(45);
    expect(tasks + removed.tasks).toBe(80);
    expect(tasks).toBeLessThan(14 * 2 + 4);
  }, 60_000);
});

it.each([
  // Kept days, days between reviews, days since the last report; what may go, in days before now.
  [180, 7, 1, 180, 14],
  [14, 7, 6, 14, 14],
  [14, 7, 40, 40, 40],
  [14, 7, null, 366, 366],
  [0, 7, 1, Number.POSITIVE_INFINITY, 14],
  [1, 0, null, 1, 1],
  [500, 7, 1, 500, 14],
])(
  "%d days kept, a review in %d, reported %s days ago: after %d days, a surplus after %d",
  (kept, every, reported, after, surplus) => {
    const now = 1000 * dayMs;
    const given = { keptTaskDays: kept, keptTasks: 100, reviewEveryDays: every };
    const { endedBeforeMs, surplusBeforeMs } = planRetention(
      given,
      reported === null ? null : now - reported * dayMs,
      now,
    );
    expect(kept === 0 ? endedBeforeMs : (now - endedBeforeMs) / dayMs).toBe(kept === 0 ? 0 : after);
    expect((now - surplusBeforeMs) / dayMs).toBe(surplus);
  },
);
