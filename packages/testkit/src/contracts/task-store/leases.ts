// The task store's contract: leases and fences, with the clock in the test's hand.
import type { Lease } from "@outpost/core";
import type { TaskEvent, TaskId } from "@outpost/protocol";
import { describe, expect, it } from "vitest";
import { rejection } from "../rejection.ts";
import type { TaskStoreFrame } from "./database.ts";
import { addRepository, addTask, appendAny, message, runFinished, runStarted, startMs } from "./samples.ts";

const leaseMs = 1_000;

export function describeLeases(frame: TaskStoreFrame): void {
  const take = (nowMs = startMs, workerId = "w1") => frame.store().lease({ workerId, leaseMs, nowMs });
  const mustTake = async (nowMs = startMs, workerId = "w1"): Promise<Lease> => {
    const lease = await take(nowMs, workerId);
    if (lease === null) throw new Error("expected a lease");
    return lease;
  };
  const appendUnder = (lease: Lease, nowMs: number, taskId: TaskId = lease.taskId) =>
    frame.store().append({ taskId, expectedSeq: "any", fence: lease.fence, events: [message("m")], nowMs });

  describe("leasing", () => {
    it("takes the highest priority first, then the oldest, each once", async () => {
      const repositoryId = await addRepository(frame.store());
      const ids = [];
      for (const priority of [5, 5, 9, 0]) ids.push((await addTask(frame.store(), repositoryId, priority)).id);
      const taken = [await take(), await take(), await take(), await take()].map((lease) => lease?.taskId);
      expect(taken).toEqual([ids[2], ids[0], ids[1], ids[3]]);
      expect(await take()).toBeNull();
    });

    it("says who holds what until when", async () => {
      const { id } = await addTask(frame.store(), await addRepository(frame.store()));
      const lease = await mustTake();
      expect(lease).toEqual({ taskId: id, workerId: "w1", fence: lease.fence, expiresAtMs: startMs + leaseMs });
      expect(await frame.store().getTask(id)).toMatchObject({ state: "queued", seq: 1 });
    });

    it("leaves out repositories at their limit", async () => {
      const [left, right] = [await addRepository(frame.store()), await addRepository(frame.store())];
      await addTask(frame.store(), left);
      const other = await addTask(frame.store(), right);
      const command = { workerId: "w1", leaseMs, nowMs: startMs };
      expect(await frame.store().lease({ ...command, excludeRepositories: [left, right] })).toBeNull();
      expect(await frame.store().lease({ ...command, excludeRepositories: [left] })).toMatchObject({
        taskId: other.id,
      });
    });

    it("takes only what is queued or running", async () => {
      const { id } = await addTask(frame.store(), await addRepository(frame.store()));
      await appendAny(frame.store(), id, { type: "task.paused", by: "ada" });
      expect(await take()).toBeNull();
      await appendAny(frame.store(), id, { type: "task.queued", reason: "resumed" }, runStarted(1));
      await appendAny(frame.store(), id, runFinished({ type: "finished", summary: "nothing to do" }));
      expect(await take()).toBeNull();
      await appendAny(frame.store(), id, message("again"), { type: "task.queued", reason: "message" });
      expect(await take()).toMatchObject({ taskId: id });
    });
  });

  describe("a lease that runs out", () => {
    it("is taken over with a greater fence, and its worker may do nothing more", async () => {
      await addTask(frame.store(), await addRepository(frame.store()));
      const old = await mustTake();
      await appendUnder(old, startMs);
      await frame.store().append({ ...runCommand(old), nowMs: startMs });
      expect(await take(startMs + leaseMs - 1, "w2")).toBeNull();
      const next = await mustTake(startMs + leaseMs, "w2");
      expect(next.taskId).toBe(old.taskId);
      expect(next.fence).toBeGreaterThan(old.fence);
      const lost = { code: "conflict", details: { reason: "fence" } };
      expect(await rejection(appendUnder(old, startMs + leaseMs))).toMatchObject(lost);
      expect(await rejection(frame.store().renew(old, leaseMs, startMs + leaseMs))).toMatchObject(lost);
      await frame.store().release(old);
      await appendUnder(next, startMs + leaseMs);
    });

    it("may not append even when nobody took it, until it is renewed", async () => {
      await addTask(frame.store(), await addRepository(frame.store()));
      const lease = await mustTake();
      const lateMs = startMs + leaseMs;
      expect(await rejection(appendUnder(lease, lateMs))).toMatchObject({ details: { reason: "fence" } });
      const renewed = await frame.store().renew(lease, leaseMs, lateMs);
      expect(renewed).toEqual({ ...lease, expiresAtMs: lateMs + leaseMs });
      await appendUnder(renewed, lateMs);
      expect(await take(lateMs, "w2")).toBeNull();
    });
  });

  describe("giving a lease back", () => {
    it("frees a queued or running task at once, with a greater fence for the next", async () => {
      await addTask(frame.store(), await addRepository(frame.store()));
      const first = await mustTake();
      await frame.store().release(first);
      const second = await mustTake(startMs, "w2");
      await frame.store().append({ ...runCommand(second), nowMs: startMs });
      await frame.store().release(second);
      const third = await mustTake(startMs, "w3");
      expect(second.fence).toBeGreaterThan(first.fence);
      expect(third.fence).toBeGreaterThan(second.fence);
    });

    it("ends the right to append and to renew", async () => {
      await addTask(frame.store(), await addRepository(frame.store()));
      const lease = await mustTake();
      await frame.store().release(lease);
      await frame.store().release(lease);
      expect(await rejection(appendUnder(lease, startMs))).toMatchObject({ details: { reason: "fence" } });
      expect(await rejection(frame.store().renew(lease, leaseMs, startMs))).toMatchObject({
        details: { reason: "fence" },
      });
    });
  });

  describe("freeing the leases of who is gone", () => {
    it("lets others go on at once, with a greater fence, and leaves what the rest hold", async () => {
      const repositoryId = await addRepository(frame.store());
      for (let made = 0; made < 2; made++) await addTask(frame.store(), repositoryId);
      const [gone, kept] = [await mustTake(), await mustTake(startMs, "w2")];
      await frame.store().append({ ...runCommand(gone), nowMs: startMs });
      expect(await frame.store().freeLeases(["w1", "w3"])).toEqual([gone.taskId]);
      expect(await frame.store().freeLeases(["w1"])).toEqual([]);
      const lost = { details: { reason: "fence" } };
      expect(await rejection(appendUnder(gone, startMs))).toMatchObject(lost);
      expect(await rejection(frame.store().renew(gone, leaseMs, startMs))).toMatchObject(lost);
      const next = await mustTake(startMs, "w3");
      expect(next.taskId).toBe(gone.taskId);
      expect(next.fence).toBeGreaterThan(gone.fence);
      await appendUnder(kept, startMs);
    });

    it("frees all that anybody holds", async () => {
      const repositoryId = await addRepository(frame.store());
      for (let made = 0; made < 3; made++) await addTask(frame.store(), repositoryId);
      const held = [await mustTake(), await mustTake(startMs, "w2")];
      expect((await frame.store().freeLeases("all")).sort()).toEqual(held.map(({ taskId }) => taskId).sort());
      expect(await frame.store().listWorkers(startMs)).toEqual([]);
      expect(await frame.store().freeLeases("all")).toEqual([]);
    });
  });

  it("what lost its worker is taken before what waits, whatever its priority", async () => {
    const repositoryId = await addRepository(frame.store());
    await addTask(frame.store(), repositoryId, 0);
    const first = await mustTake();
    await frame.store().append({ ...runCommand(first), nowMs: startMs });
    await addTask(frame.store(), repositoryId, 9);
    await frame.store().freeLeases("all");
    expect(await mustTake(startMs, "w2")).toMatchObject({ taskId: first.taskId });
  });

  it("a fence says nothing of another task", async () => {
    const repositoryId = await addRepository(frame.store());
    await addTask(frame.store(), repositoryId);
    const other = await addTask(frame.store(), repositoryId);
    const lease = await mustTake();
    expect(await rejection(appendUnder(lease, startMs, other.id))).toMatchObject({ details: { reason: "fence" } });
  });

  it("a lost lease is told before anything else is", async () => {
    await addTask(frame.store(), await addRepository(frame.store()));
    const lease = await mustTake();
    await frame.store().release(lease);
    const wrong = { taskId: lease.taskId, expectedSeq: 99, fence: lease.fence, nowMs: startMs };
    const events: TaskEvent[] = [{ type: "change.reverted", revision: 1, files: [], by: "ada" }];
    expect(await rejection(frame.store().append({ ...wrong, events }))).toMatchObject({ details: { reason: "fence" } });
  });
}

function runCommand(lease: Lease) {
  return { taskId: lease.taskId, expectedSeq: "any", fence: lease.fence, events: [runStarted(1)] } as const;
}
