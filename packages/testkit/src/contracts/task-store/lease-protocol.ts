// The lease protocol as a property: whatever workers do, in whatever order and however late, no two of them hold a task at once, and
// what a lost lease appends is refused, also where the clock is set forward or back by an hour. The store is compared with a model of a few lines, step by step, under a clock that only the test moves.
import type { Lease, TaskStore } from "@outpost/core";
import { isOutpostError, type TaskId } from "@outpost/protocol";
import fc from "fast-check";
import { expect, it } from "vitest";
import type { TaskStoreFrame } from "./database.ts";
import { addRepository, addTask, message, startMs } from "./samples.ts";

const leaseMs = 100;
const hourMs = 3_600_000;
const isFull = process.env["OUTPOST_FULL"] === "1";
const runs = isFull ? 10_000 : 1000;

type Step =
  | { type: "lease"; connection: number }
  | { type: "append" | "renew" | "release"; connection: number; held: number }
  /** Its process was seen to end, although it may go on for a while; or a server starts, and whoever held anything is gone. */
  | { type: "gone"; connection: number; held: number }
  | { type: "restart"; connection: number }
  | { type: "wait"; byMs: number }
  /** The clock is set. */
  | { type: "jump"; byMs: number };

const connection = fc.nat({ max: 1 });
/** Fewer than leases: a worker that comes back may hold several, good and lost ones. */
const workers = 3;
const someSteps = fc.array(
  fc.oneof(
    fc.record({ type: fc.constant("lease" as const), connection }),
    fc.record({
      type: fc.constantFrom("append" as const, "renew" as const, "release" as const, "gone" as const),
      connection,
      held: fc.nat({ max: 3 }),
    }),
    fc.record({ type: fc.constant("restart" as const), connection }),
    fc.record({ type: fc.constant("wait" as const), byMs: fc.nat({ max: 120 }) }),
    fc.record({
      type: fc.constant("jump" as const),
      byMs: fc.constantFrom(-hourMs, hourMs, -leaseMs - 1, -leaseMs, -1),
    }),
  ),
  { minLength: 3, maxLength: 20 },
);

/** What must be so. `tasks`: of each the newest fence, and until when its lease is good; null when it was given back. */
interface Model {
  nowMs: number;
  held: Lease[];
  tasks: Map<TaskId, { fence: number; expiresAtMs: number | null; appended: number }>;
}

/** Also one that was given further ahead than it is long: the clock was set back since. */
const isFree = (expiresAtMs: number | null, nowMs: number): boolean =>
  expiresAtMs === null || expiresAtMs <= nowMs || expiresAtMs - leaseMs - nowMs > leaseMs;

async function lease(store: TaskStore, model: Model): Promise<void> {
  const taken = await store.lease({ workerId: `w${model.held.length % workers}`, leaseMs, nowMs: model.nowMs });
  const free = [...model.tasks].filter(([, { expiresAtMs }]) => isFree(expiresAtMs, model.nowMs));
  if (taken === null) {
    expect(free).toEqual([]);
    return;
  }
  const task = model.tasks.get(taken.taskId);
  expect(free.map(([taskId]) => taskId)).toContain(taken.taskId);
  expect(taken.fence).toBeGreaterThan(task?.fence ?? Number.POSITIVE_INFINITY);
  model.held.push(taken);
  model.tasks.set(taken.taskId, { fence: taken.fence, expiresAtMs: taken.expiresAtMs, appended: task?.appended ?? 0 });
}

async function useLease(store: TaskStore, model: Model, step: Extract<Step, { held: number }>): Promise<void> {
  const held = model.held.at(-1 - step.held);
  const task = held && model.tasks.get(held.taskId);
  if (held === undefined || task === undefined) return;
  const isNewest = task.fence === held.fence && task.expiresAtMs !== null;
  if (step.type === "release") {
    await store.release(held);
    if (isNewest) task.expiresAtMs = null;
  } else if (step.type === "renew") {
    const renewed = await unlessLost(store.renew(held, leaseMs, model.nowMs));
    expect(renewed !== undefined).toBe(isNewest);
    if (renewed) task.expiresAtMs = renewed.expiresAtMs;
  } else {
    const { taskId, fence } = held;
    const event = message(String(fence));
    const command = { taskId, expectedSeq: "any", fence, events: [event], nowMs: model.nowMs } as const;
    const appended = await unlessLost(store.append(command));
    expect(appended !== undefined).toBe(isNewest && model.nowMs < (task.expiresAtMs ?? 0));
    if (appended) task.appended++;
  }
}

async function free(store: TaskStore, model: Model, worker: string | "all"): Promise<void> {
  const lost = [...model.tasks].filter(([taskId, task]) => {
    const holder = model.held.find((lease) => lease.taskId === taskId && lease.fence === task.fence);
    return task.expiresAtMs !== null && (worker === "all" || holder?.workerId === worker);
  });
  const freed = await store.freeLeases(worker === "all" ? worker : [worker]);
  expect(freed.sort()).toEqual(lost.map(([taskId]) => taskId).sort());
  for (const [, task] of lost) task.expiresAtMs = null;
}

async function unlessLost<Value>(promise: Promise<Value>): Promise<Value | undefined> {
  try {
    return await promise;
  } catch (error) {
    if (isOutpostError(error) && error.details["reason"] === "fence") return undefined;
    throw error;
  }
}

async function finish(store: TaskStore, model: Model): Promise<void> {
  for (const [taskId, { appended }] of model.tasks) {
    const fences = (await store.readEvents(taskId, 1, 100)).map(({ event }) =>
      Number("text" in event ? event.text : 0),
    );
    expect(fences).toHaveLength(appended);
    expect(fences).toEqual([...fences].sort((left, right) => left - right));
  }
}

export function describeLeaseProtocol(frame: TaskStoreFrame): void {
  it(`no two leases of a task are good at once, and a lost one appends nothing (${runs} histories)`, async () => {
    const stores = [frame.store(), await frame.openAnother()];
    const history = async (steps: Step[]) => {
      // Of its own, and gone behind it: ten thousand histories leave no more behind than one.
      const repositoryId = await addRepository(frame.store());
      const model: Model = { nowMs: startMs, held: [], tasks: new Map() };
      for (let made = 0; made < 2; made++) {
        const { id } = await addTask(frame.store(), repositoryId);
        model.tasks.set(id, { fence: 0, expiresAtMs: null, appended: 0 });
      }
      try {
        for (const step of steps) {
          const store = stores["connection" in step ? step.connection : 0] ?? frame.store();
          if (step.type === "wait" || step.type === "jump") model.nowMs += step.byMs;
          else if (step.type === "lease") await lease(store, model);
          else if (step.type === "restart") await free(store, model, "all");
          else if (step.type === "gone") await free(store, model, model.held.at(-1 - step.held)?.workerId ?? "nobody");
          else await useLease(store, model, step);
        }
      } finally {
        await finish(frame.store(), model);
        await frame.store().removeRepository(repositoryId);
      }
    };
    await fc.assert(fc.asyncProperty(someSteps, history), { numRuns: runs });
  }, 1_800_000);
}
