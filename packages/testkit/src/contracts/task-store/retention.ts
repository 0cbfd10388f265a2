// The task store's contract: ended tasks leave it whole, what may still be asked for stays, and nobody is left to wonder.
import type { RemovableQuery, TaskStore } from "@outpost/core";
import type { RepositoryId, TaskEvent, TaskId } from "@outpost/protocol";
import { describe, expect, it } from "vitest";
import { rejection } from "../rejection.ts";
import type { TaskStoreFrame } from "./database.ts";
import {
  addRepository,
  addTask,
  message,
  newId,
  runFinished,
  runStarted,
  sampleChange,
  sampleFact,
  startMs,
  taskCommand,
} from "./samples.ts";

const dayMs = 86_400_000;
const laterMs = startMs + 100 * dayMs;
const everything: RemovableQuery = {
  ...{ nowMs: laterMs, endedBeforeMs: laterMs, keptTasks: 1_000, surplusBeforeMs: laterMs, limit: 1_000 },
};
const answered = runFinished({ type: "answered", answer: "yes", citations: [] });

export function describeRetention(frame: TaskStoreFrame): void {
  describe("retention", () => {
    describeRemoving(frame);
    describeKeeping(frame);
    describeBounds(frame);
  });
}

async function begin(store: TaskStore): Promise<{ store: TaskStore; repositoryId: RepositoryId }> {
  return { store, repositoryId: await addRepository(store) };
}

async function end(store: TaskStore, taskId: TaskId, atMs: number, ...events: TaskEvent[]): Promise<void> {
  await store.append({ taskId, expectedSeq: "any", fence: null, events: [runStarted(1), ...events], nowMs: atMs });
}

async function addEnded(store: TaskStore, repositoryId: RepositoryId, atMs = startMs, ...events: TaskEvent[]) {
  const { id } = await addTask(store, repositoryId);
  await end(store, id, atMs, ...(events.length > 0 ? events : [answered]));
  return id;
}

const removable = async (store: TaskStore, query: Partial<RemovableQuery> = {}): Promise<TaskId[]> =>
  (await store.listRemovable({ ...everything, ...query })).map(({ taskId }) => taskId);

async function removeAll(store: TaskStore, query: Partial<RemovableQuery> = {}) {
  return store.removeTasks(await store.listRemovable({ ...everything, ...query }), 1_000_000, laterMs);
}

function describeRemoving(frame: TaskStoreFrame): void {
  it("takes a task whole, and says what became of it", async () => {
    const { store, repositoryId } = await begin(frame.store());
    const gone = await addEnded(store, repositoryId);
    const kept = await addTask(store, repositoryId);
    expect(await store.describeKept()).toMatchObject({
      ...{ tasks: 2, events: 4, ended: 1, oldestEvent: { position: 1, atMs: startMs } },
      removed: { tasks: 0, events: 0, throughPosition: 0, throughMs: null, lastAtMs: null },
    });
    expect(await removeAll(store)).toEqual({ taken: 1, tasks: 1, events: 3 });
    const removed = { code: "not_found", details: { reason: "removed", state: "answered", endedAtMs: startMs } };
    for (const promise of [
      store.getTask(gone),
      store.readEvents(gone, 0, 10),
      store.append({ taskId: gone, expectedSeq: "any", fence: null, events: [message("still there?")], nowMs: 0 }),
    ])
      expect(await rejection(promise)).toMatchObject(removed);
    const never = await rejection(store.getTask(newId("tsk")));
    expect(never.code).toBe("not_found");
    expect(never.details["reason"]).toBeUndefined();
    expect((await store.listTasks({ limit: 10 })).items.map(({ id }) => id)).toEqual([kept.id]);
    expect((await store.readAllEvents(0, 100)).map(({ taskId }) => taskId)).toEqual([kept.id]);
    expect(await store.describeKept()).toMatchObject({
      ...{ tasks: 1, events: 1, ended: 0 },
      removed: { tasks: 1, events: 3, throughPosition: 3, throughMs: startMs, lastAtMs: laterMs },
    });
    expect(await store.getRemovedThrough()).toBe(3);
    const [entry] = await store.listAudit({ limit: 1 });
    expect(entry?.record).toEqual({ type: "tasks.removed", tasks: 1, events: 3, fromMs: startMs, toMs: startMs });
    expect(await store.verifyAudit()).toMatchObject({ ok: true });
  });

  it("never gives a position again, not even of the last event", async () => {
    const { store, repositoryId } = await begin(frame.store());
    await addEnded(store, repositoryId);
    await removeAll(store);
    expect(await store.positionBefore(Number.MAX_SAFE_INTEGER)).toBe(0);
    await addTask(await frame.openAnother(), repositoryId);
    expect((await store.readAllEvents(0, 10)).map(({ position }) => position)).toEqual([4]);
  });

  it("keeps the large texts that others hold, and gives them back whole", async () => {
    const { store, repositoryId } = await begin(frame.store());
    const shared = "both say this. ".repeat(5_000);
    const told = (text: string): TaskEvent[] => [message(text), answered];
    const gone = await addEnded(store, repositoryId, startMs, ...told(shared), message("mine alone. ".repeat(5_000)));
    const kept = await addEnded(store, repositoryId, startMs + dayMs, ...told(shared));
    await removeAll(store, { endedBeforeMs: startMs + 1, surplusBeforeMs: startMs + 1 });
    expect(await rejection(store.getTask(gone))).toMatchObject({ details: { reason: "removed" } });
    const events = (await store.readEvents(kept, 0, 10)).map(({ event }) => event);
    expect(events).toContainEqual(message(shared));
  });

  it("remembers whose files are still to be collected, over a restart", async () => {
    const { store, repositoryId } = await begin(frame.store());
    const ids = [await addEnded(store, repositoryId), await addEnded(store, repositoryId)];
    await removeAll(store);
    const another = await frame.openAnother();
    expect(await another.listUncollected(10, ids[0])).toEqual([{ taskId: ids[1], repositoryId }]);
    expect(await another.listUncollected(10)).toEqual(ids.map((taskId) => ({ taskId, repositoryId })));
    await another.noteCollected(ids.slice(0, 1));
    expect(await store.listUncollected(10)).toEqual([{ taskId: ids[1], repositoryId }]);
  });
}

function describeKeeping(frame: TaskStoreFrame): void {
  it("keeps what waits for a person, and what has not ended", async () => {
    const { store, repositoryId } = await begin(frame.store());
    const proposed = (id: TaskId): TaskEvent => ({ type: "change.proposed", change: sampleChange(id, 1) });
    const stopped = (revision: number | null): TaskEvent =>
      runFinished({ type: "stopped", reason: "step_limit", message: "too long", revision });
    await addTask(store, repositoryId);
    const waiting = await addTask(store, repositoryId);
    await end(
      store,
      waiting.id,
      startMs,
      proposed(waiting.id),
      runFinished({ type: "proposed", summary: "", revision: 1 }),
    );
    const half = await addTask(store, repositoryId);
    await end(store, half.id, startMs, proposed(half.id), stopped(1));
    const asked = await addTask(store, repositoryId);
    const question = { approvalId: newId("apr"), fact: sampleFact(), reason: "it is tainted", expiresAtMs: null };
    await end(store, asked.id, startMs, { type: "fact.proposed", ...question }, answered);
    const empty = await addEnded(store, repositoryId, startMs, stopped(null));
    expect(await removable(store)).toEqual([empty]);
  });

  it("does not keep what was stopped with no more than a change that was decided before", async () => {
    const { store, repositoryId } = await begin(frame.store());
    const { id } = await addTask(store, repositoryId);
    const change = { ...sampleChange(id, 1) };
    const rejected = {
      type: "change.rejected",
      revision: 1,
      decision: { accepted: false, reason: null, by: "ada" },
    } as const;
    const stopped = runFinished({ type: "stopped", reason: "step_limit", message: "too long", revision: 1 });
    const again: TaskEvent[] = [message("again"), { type: "task.queued", reason: "message" }];
    const first = runFinished({ type: "proposed", summary: "", revision: 1 });
    await end(store, id, startMs, { type: "change.proposed", change }, first, rejected, ...again);
    await end(store, id, startMs, stopped);
    expect(await removable(store)).toEqual([id]);
    const newer: TaskEvent = { type: "change.proposed", change: { ...change, revision: 2 } };
    await store.append({ ...{ taskId: id, expectedSeq: "any", fence: null, nowMs: startMs }, events: again });
    await end(store, id, startMs, newer, stopped);
    expect(await removable(store)).toEqual([]);
  });

  it("keeps what another task waits for, and lets a later one come after what was done", async () => {
    const { store, repositoryId } = await begin(frame.store());
    const failed = runFinished({ type: "failed", code: "timeout", message: "no answer", retryable: false });
    const [done, broken] = [await addEnded(store, repositoryId), await addEnded(store, repositoryId, startMs, failed)];
    const { task: blocked } = await store.createTask(taskCommand(repositoryId, { after: [broken] }));
    expect(await removable(store)).toEqual([done]);
    await removeAll(store);
    await store.append({
      ...{ taskId: blocked.id, expectedSeq: "any", fence: null, nowMs: startMs },
      events: [{ type: "task.cancel_requested", by: "ada" }],
    });
    await removeAll(store);
    expect((await store.createTask(taskCommand(repositoryId, { after: [done] }))).task.state).toBe("queued");
    expect(await rejection(store.createTask(taskCommand(repositoryId, { after: [broken] })))).toMatchObject({
      ...{ code: "not_found", details: { reason: "removed", state: "failed" } },
    });
  });

  it("keeps a task while a repeat of its request may come", async () => {
    const { store, repositoryId } = await begin(frame.store());
    const command = taskCommand(repositoryId, { idempotencyKey: "once" });
    const { task } = await store.createTask(command);
    await end(store, task.id, startMs, answered);
    const nowMs = startMs + 6 * dayMs;
    expect(await removable(store, { nowMs, endedBeforeMs: nowMs })).toEqual([]);
    const repeat = await store.createTask({ ...command, taskId: newId("tsk"), nowMs });
    expect(repeat).toMatchObject({ created: false, task: { id: task.id } });
    expect(await removable(store, { nowMs: startMs + 8 * dayMs })).toEqual([task.id]);
  });

  it("keeps what went on since it was listed", async () => {
    const { store, repositoryId } = await begin(frame.store());
    const [gone, on] = [await addEnded(store, repositoryId), await addEnded(store, repositoryId)];
    const listed = await store.listRemovable(everything);
    await store.append({
      ...{ taskId: on, expectedSeq: "any", fence: null, nowMs: laterMs },
      events: [message("and the rest"), { type: "task.queued", reason: "message" }],
    });
    expect(await store.removeTasks(listed, 1_000, laterMs)).toEqual({ taken: 2, tasks: 1, events: 3 });
    expect(await store.getTask(on)).toMatchObject({ state: "queued" });
    expect(await rejection(store.getTask(gone))).toMatchObject({ details: { reason: "removed" } });
  });
}

function describeBounds(frame: TaskStoreFrame): void {
  it("takes the longest ended first, by age and then by number, and no more than is asked for", async () => {
    const { store, repositoryId } = await begin(frame.store());
    const ids: TaskId[] = [];
    for (const days of [3, 1, 2, 4, 5]) ids[days] = await addEnded(store, repositoryId, startMs + days * dayMs);
    const [, one, two, three] = ids;
    const old = { endedBeforeMs: startMs + 1.5 * dayMs, surplusBeforeMs: startMs + 4.5 * dayMs };
    expect(await removable(store, old)).toEqual([one]);
    expect(await removable(store, { ...old, keptTasks: 2 })).toEqual([one, two, three]);
    expect(await removable(store, { ...old, keptTasks: 0, endedBeforeMs: 0 })).toEqual([one, two, three, ids[4]]);
    expect(await removable(store, { limit: 2 })).toEqual([one, two]);
    const listed = await store.listRemovable(everything);
    // A task is never cut: the bound is reached with its last event.
    expect(await store.removeTasks(listed, 4, laterMs)).toEqual({ taken: 2, tasks: 2, events: 6 });
    expect(await removable(store)).toEqual([three, ids[4], ids[5]]);
  });
}
