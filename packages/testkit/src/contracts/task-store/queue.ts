// The task store's contract: whose turn it is, what is held back, and what waits for others or for its time.

import type { RepositoryId, TaskId } from "@outpost/protocol";
import { describe, expect, it } from "vitest";
import { rejection } from "../rejection.ts";
import type { TaskStoreFrame } from "./database.ts";
import { addRepository, addTask, appendAny, newId, runFinished, runStarted, startMs, taskCommand } from "./samples.ts";

const leaseMs = 1_000;
const hourMs = 3_600_000;

function lookAt(frame: TaskStoreFrame) {
  const take = async (nowMs = startMs, options: { maxPerRepository?: number } = {}) =>
    frame.store().lease({ workerId: "w1", leaseMs, nowMs, ...options });
  const taken = async (nowMs = startMs, options = {}): Promise<TaskId | null> =>
    (await take(nowMs, options))?.taskId ?? null;
  const add = async (repositoryId: RepositoryId, values: Parameters<typeof taskCommand>[1] = {}) =>
    (await frame.store().createTask(taskCommand(repositoryId, values))).task;
  const end = (taskId: TaskId) =>
    appendAny(frame.store(), taskId, runStarted(1), runFinished({ type: "finished", summary: "done" }));
  const fail = (taskId: TaskId) => appendAny(frame.store(), taskId, runStarted(1), runFinished(failure));
  return { take, taken, add, end, fail };
}
const failure = { type: "failed", code: "unavailable", message: "no model", retryable: true } as const;

export function describeLeaseOrder(frame: TaskStoreFrame): void {
  const { take, taken, add } = lookAt(frame);

  describe("whose turn it is", () => {
    it("goes round between repositories with tasks of the same priority", async () => {
      const [left, right] = [await addRepository(frame.store()), await addRepository(frame.store())];
      const lefts = [await add(left), await add(left), await add(left)];
      const rights = [await add(right)];
      const order = [];
      for (let turn = 0; turn < 4; turn++) {
        const lease = await take();
        if (lease) await appendAny(frame.store(), lease.taskId, runStarted(1), runFinished({ type: "cancelled" }));
        if (lease) await frame.store().release(lease);
        order.push(lease?.taskId);
      }
      expect(order).toEqual([lefts[0]?.id, rights[0]?.id, lefts[1]?.id, lefts[2]?.id]);
    });

    it("gives a repository with fewer leases the next one, but a higher priority first", async () => {
      const [left, right] = [await addRepository(frame.store()), await addRepository(frame.store())];
      const lefts = [await add(left, { priority: 9 }), await add(left, { priority: 9 }), await add(left)];
      const rights = [await add(right), await add(right)];
      const order = [await taken(), await taken(), await taken(), await taken(), await taken()];
      const expected = [lefts[0], lefts[1], rights[0], rights[1], lefts[2]].map((task) => task?.id);
      expect(order).toEqual(expected);
    });

    it("keeps a repository to its number of leases", async () => {
      const [left, right] = [await addRepository(frame.store()), await addRepository(frame.store())];
      const [first, second] = [await add(left), await add(left)];
      const other = await add(right, { priority: 0 });
      const one = { maxPerRepository: 1 };
      expect([await taken(startMs, one), await taken(startMs, one), await taken(startMs, one)]).toEqual([
        ...[first.id, other.id, null],
      ]);
      expect(await taken(startMs, { maxPerRepository: 2 })).toBe(second.id);
    });

    it("takes a run up again before anything new is begun", async () => {
      const repositoryId = await addRepository(frame.store());
      const begun = await add(repositoryId, { priority: 0 });
      const lease = await take();
      await appendAny(frame.store(), begun.id, runStarted(1));
      await add(repositoryId, { priority: 9 });
      expect(lease?.taskId).toBe(begun.id);
      expect(await taken(startMs + leaseMs)).toBe(begun.id);
    });

    it("follows a move, and leaves what was asked for as it was", async () => {
      const repositoryId = await addRepository(frame.store());
      await add(repositoryId);
      const later = await add(repositoryId);
      const moved = await appendAny(frame.store(), later.id, { type: "task.moved", priority: 8, by: "ada" });
      expect(moved).toMatchObject({ priority: 8, spec: { priority: 5 }, state: "queued" });
      expect(await taken()).toBe(later.id);
    });

    it("waits for the time that a retry was put off to", async () => {
      const repositoryId = await addRepository(frame.store());
      const { id } = await add(repositoryId);
      const retry = { type: "task.queued", reason: "retry", retry: 1, notBeforeMs: startMs + 500, because: "no model" };
      const again = await appendAny(frame.store(), id, runStarted(1), runFinished(failure), retry as never);
      expect(again).toMatchObject({ state: "queued", retries: 1, notBeforeMs: startMs + 500, reason: "no model" });
      expect(await taken(startMs + 499)).toBeNull();
      expect(await taken(startMs + 500)).toBe(id);
      const begun = await appendAny(frame.store(), id, runStarted(2));
      expect(begun).toMatchObject({ retries: 1, notBeforeMs: null, reason: null });
      const dead = await appendAny(frame.store(), id, runFinished(failure), {
        ...{ type: "task.died", retries: 1, because: "no model" },
      } as never);
      expect(dead).toMatchObject({ state: "dead", reason: "no model" });
    });

    it("lists what is open in that order, and who holds what", async () => {
      const repositoryId = await addRepository(frame.store());
      const later = await add(repositoryId, { notBeforeMs: startMs + hourMs });
      const [low, high] = [await add(repositoryId, { priority: 1 }), await add(repositoryId, { priority: 7 })];
      const running = await add(repositoryId, { priority: 9 });
      await take();
      await appendAny(frame.store(), running.id, runStarted(1));
      const { items, total } = await frame.store().listQueue({ limit: 10 });
      expect(items.map(({ id }) => id)).toEqual([running.id, high.id, low.id, later.id]);
      expect(total).toBe(4);
      expect((await frame.store().listQueue({ limit: 2, repositoryId })).items).toHaveLength(2);
      expect(await frame.store().listQueue({ limit: 2, repositoryId: newId("rep") })).toEqual({ items: [], total: 0 });
      expect(await frame.store().countTasks(["queued", "scheduled"])).toBe(3);
      const expected = { workerId: "w1", taskId: running.id, leaseExpiresAtMs: startMs + leaseMs };
      expect(await frame.store().listWorkers(startMs)).toEqual([expected]);
      expect(await frame.store().listWorkers(startMs + leaseMs)).toEqual([]);
    });
  });

  describe("a clock that is set", () => {
    it("back by an hour leaves no lease good for that hour", async () => {
      const repositoryId = await addRepository(frame.store());
      const { id } = await add(repositoryId);
      const old = await take(startMs);
      const next = await take(startMs - hourMs);
      expect([old?.taskId, next?.taskId]).toEqual([id, id]);
      const append = { taskId: id, expectedSeq: "any", events: [runStarted(1)], nowMs: startMs - hourMs } as const;
      expect(await rejection(frame.store().append({ ...append, fence: old?.fence ?? 0 }))).toMatchObject({
        details: { reason: "fence" },
      });
      await frame.store().append({ ...append, fence: next?.fence ?? 0 });
    });

    it("back by less than a lease takes none away", async () => {
      await add(await addRepository(frame.store()));
      const lease = await take(startMs);
      expect(await take(startMs - leaseMs)).toBeNull();
      if (lease) await frame.store().renew(lease, leaseMs, startMs - leaseMs);
      expect(await take(startMs - 1)).toBeNull();
    });

    it("forward by an hour lets another take over, and the first worker appends nothing more", async () => {
      const { id } = await add(await addRepository(frame.store()));
      const old = await take(startMs);
      const next = await take(startMs + hourMs);
      expect(next?.fence).toBeGreaterThan(old?.fence ?? 0);
      for (const nowMs of [startMs, startMs + hourMs]) {
        const append = {
          taskId: id,
          expectedSeq: "any",
          fence: old?.fence ?? 0,
          events: [runStarted(1)],
          nowMs,
        } as const;
        expect(await rejection(frame.store().append(append))).toMatchObject({ details: { reason: "fence" } });
      }
    });
  });
}

export function describePauses(frame: TaskStoreFrame): void {
  const { taken, add } = lookAt(frame);
  const pauseOf = (repositoryId: RepositoryId | null) =>
    ({ repositoryId, kind: "person", by: "ada", reason: "holiday", atMs: startMs }) as const;

  describe("a pause", () => {
    it("of a repository holds back its tasks only, until it is lifted", async () => {
      const [left, right] = [await addRepository(frame.store()), await addRepository(frame.store())];
      const [held, free] = [await add(left, { priority: 9 }), await add(right)];
      await frame.store().pauseQueue(pauseOf(left));
      expect(await frame.store().findPause(left)).toEqual(pauseOf(left));
      expect(await frame.store().findPause(right)).toBeNull();
      expect([await taken(), await taken()]).toEqual([free.id, null]);
      expect(await frame.store().resumeQueue(left)).toEqual(pauseOf(left));
      expect(await frame.store().resumeQueue(left)).toBeNull();
      expect(await taken()).toBe(held.id);
    });

    it("of the queue holds back everything, also runs that lost their worker, and outlives a restart", async () => {
      const repositoryId = await addRepository(frame.store());
      const { id } = await add(repositoryId);
      await taken();
      await appendAny(frame.store(), id, runStarted(1));
      await frame.store().pauseQueue(pauseOf(null));
      const another = await frame.openAnother();
      expect(await another.listPauses()).toEqual([pauseOf(null)]);
      expect(await another.findPause(repositoryId)).toEqual(pauseOf(null));
      expect(await taken(startMs + leaseMs)).toBeNull();
      await another.resumeQueue(null);
      expect(await taken(startMs + leaseMs)).toBe(id);
    });

    it("is one at a time, and of a repository that is there", async () => {
      await frame.store().pauseQueue(pauseOf(null));
      const review = { ...pauseOf(null), kind: "review", by: "outpost" } as const;
      await frame.store().pauseQueue(review);
      expect(await frame.store().listPauses()).toEqual([review]);
      expect(await rejection(frame.store().pauseQueue(pauseOf(newId("rep"))))).toMatchObject({ code: "not_found" });
    });

    it("of a task holds back that one, also while it runs", async () => {
      const repositoryId = await addRepository(frame.store());
      const first = await add(repositoryId);
      await appendAny(frame.store(), first.id, runStarted(1));
      const paused = await appendAny(frame.store(), first.id, { type: "task.paused", by: "ada" });
      expect(paused).toMatchObject({ state: "paused", reason: "paused by ada" });
      expect(await taken()).toBeNull();
      await appendAny(frame.store(), first.id, { type: "task.queued", reason: "resumed", by: "ada" });
      expect(await taken()).toBe(first.id);
    });
  });
}

export function describeDependencies(frame: TaskStoreFrame): void {
  const { taken, add, end, fail } = lookAt(frame);
  const advanced = (nowMs = startMs) => frame.store().advanceQueue(nowMs, 100);
  const get = (taskId: TaskId) => frame.store().getTask(taskId);

  describe("a task that waits", () => {
    it("for its time is queued then, once", async () => {
      const { id, state } = await add(await addRepository(frame.store()), { notBeforeMs: startMs + 500 });
      expect(state).toBe("scheduled");
      expect(await advanced(startMs + 499)).toEqual([]);
      expect(await taken(startMs + 500)).toBeNull();
      expect(await advanced(startMs + 500)).toEqual([id]);
      expect(await advanced(startMs + 500)).toEqual([]);
      expect(await taken(startMs + 500)).toBe(id);
    });

    it("for a time that is past is queued at once", async () => {
      const { state, seq } = await add(await addRepository(frame.store()), { notBeforeMs: startMs });
      expect({ state, seq }).toEqual({ state: "queued", seq: 2 });
    });

    it("for others is queued when all are done, and says what it waits for", async () => {
      const repositoryId = await addRepository(frame.store());
      const [first, second] = [await add(repositoryId), await add(repositoryId)];
      const last = await add(repositoryId, { after: [first.id, second.id] });
      expect(last).toMatchObject({ state: "blocked", reason: expect.stringContaining(first.id) });
      await end(first.id);
      expect(await advanced()).toEqual([]);
      await end(second.id);
      expect(await advanced()).toEqual([last.id]);
      expect(await get(last.id)).toMatchObject({ state: "queued", reason: null });
      expect(await taken()).toBe(last.id);
    });

    it("for others that are done already, or for a change that is only to be looked at, does not", async () => {
      const repositoryId = await addRepository(frame.store());
      const [done, looked] = [await add(repositoryId), await add(repositoryId, { dryRun: true })];
      await end(done.id);
      const proposed = { type: "proposed", summary: "s", revision: 1 } as const;
      await appendAny(frame.store(), looked.id, runStarted(1), runFinished(proposed));
      expect(await add(repositoryId, { after: [done.id, looked.id] })).toMatchObject({ state: "queued" });
    });

    it("for one that fails is left to a person, and goes on when that one is mended", async () => {
      const repositoryId = await addRepository(frame.store());
      const first = await add(repositoryId);
      const last = await add(repositoryId, { after: [first.id] });
      await fail(first.id);
      expect(await advanced()).toEqual([last.id]);
      expect(await advanced()).toEqual([]);
      const waiting = `waits for a person: "${first.id}", which it comes after, is failed`;
      expect(await get(last.id)).toMatchObject({ state: "blocked", reason: waiting });
      await appendAny(frame.store(), first.id, { type: "task.queued", reason: "retry", retry: 0, by: "ada" });
      await advanced();
      expect((await get(last.id)).reason).toBe(`comes after "${first.id}", which is queued`);
      await end(first.id);
      expect(await advanced()).toEqual([last.id]);
    });

    it("for both waits for both", async () => {
      const repositoryId = await addRepository(frame.store());
      const first = await add(repositoryId);
      const last = await add(repositoryId, { after: [first.id], notBeforeMs: startMs + 500 });
      await end(first.id);
      expect(await advanced()).toEqual([last.id]);
      expect(await taken(startMs + 499)).toBeNull();
      expect(await taken(startMs + 500)).toBe(last.id);
    });

    it("cannot wait for one that is not there", async () => {
      const repositoryId = await addRepository(frame.store());
      const command = taskCommand(repositoryId, { after: [newId("tsk")] });
      expect(await rejection(frame.store().createTask(command))).toMatchObject({ code: "not_found" });
      expect(await rejection(get(command.taskId))).toMatchObject({ code: "not_found" });
    });

    it("for one whose repository is forgotten waits no more", async () => {
      const [left, right] = [await addRepository(frame.store()), await addRepository(frame.store())];
      const first = await addTask(frame.store(), left);
      const last = await add(right, { after: [first.id] });
      await frame.store().removeRepository(left);
      expect(await advanced()).toEqual([last.id]);
    });
  });
}
