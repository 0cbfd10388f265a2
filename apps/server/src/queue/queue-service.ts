// The queue seen from outside: what is in it, pauses, and what a person does with one task's place in it.
import type { ListQueue, TaskStore } from "@outpost/core";
import {
  endedStates,
  OutpostError,
  type PauseList,
  type QueuePause,
  type QueueView,
  type RepositoryId,
  type Task,
  type TaskEvent,
  type TaskId,
} from "@outpost/protocol";

export interface QueueServicePorts {
  store: TaskStore;
  nowMs: () => number;
  /** There may be work for a worker. */
  wake(): void;
  onAppended(taskId: TaskId): void;
}

export type QueueService = ReturnType<typeof createQueueService>;

const doneStates: ReadonlySet<Task["state"]> = new Set(["answered", "finished", "applied"] as const);
const retriedStates: ReadonlySet<Task["state"]> = new Set(["failed", "dead", "stopped", "cancelled"] as const);

export function createQueueService(ports: QueueServicePorts) {
  const { store, nowMs } = ports;

  async function append(task: Task, ...events: TaskEvent[]): Promise<Task> {
    const command = { taskId: task.id, expectedSeq: task.seq, fence: null, events, nowMs: nowMs() };
    const { task: after } = await store.append(command);
    ports.onAppended(task.id);
    ports.wake();
    return after;
  }

  /** What a worker appended between the look and the word is looked at again. */
  async function retried(taskId: TaskId, decide: (task: Task) => Promise<TaskEvent[]> | TaskEvent[]): Promise<Task> {
    for (let attempt = 1; ; attempt++) {
      const task = await store.getTask(taskId);
      try {
        return await append(task, ...(await decide(task)));
      } catch (error) {
        const isOutdated = error instanceof OutpostError && error.details["reason"] === "seq";
        if (!isOutdated || attempt >= maxAttempts) throw error;
      }
    }
  }

  /** One that was blocked waits for the others again. */
  async function isBlocked({ spec: { after = [] } }: Task): Promise<boolean> {
    const states = await Promise.all(
      after.map((id) =>
        store.getTask(id).then(
          ({ state }) => state,
          () => null,
        ),
      ),
    );
    return states.some((state) => state !== null && !doneStates.has(state));
  }

  return {
    async view(query: ListQueue): Promise<QueueView> {
      const [pauses, queue] = await Promise.all([store.listPauses(), store.listQueue(query)]);
      return { pauses, ...queue };
    },
    async pause(
      repositoryId: RepositoryId | null,
      pause: Omit<QueuePause, "repositoryId" | "atMs">,
    ): Promise<PauseList> {
      await store.pauseQueue({ ...pause, repositoryId, atMs: nowMs() });
      return { pauses: await store.listPauses() };
    },
    /** Rejects with `conflict` where nothing is paused. */
    async resume(repositoryId: RepositoryId | null): Promise<PauseList> {
      const lifted = await store.resumeQueue(repositoryId);
      const pauses = await store.listPauses();
      if (lifted === null) {
        const what = repositoryId === null ? "the queue" : `repository "${repositoryId}"`;
        const others = pauses.map((pause) => (pause.repositoryId ? `repository "${pause.repositoryId}"` : "the queue"));
        const instead = others.length > 0 ? `; paused: ${others.join(", ")}` : "; nothing is";
        throw new OutpostError("conflict", `${what} is not paused${instead}`);
      }
      ports.wake();
      return { pauses };
    },
    pauseTask: (taskId: TaskId, reason: string | undefined, by: string): Promise<Task> =>
      retried(taskId, (task) => {
        if (task.state === "waiting")
          throw new OutpostError("conflict", `task "${taskId}" waits for a person already; decide or cancel it`);
        if (endedStates.has(task.state)) throw hasEnded(task, "paused");
        return [{ type: "task.paused", by, ...(reason ? { because: reason } : {}) }];
      }),
    resumeTask: (taskId: TaskId, by: string): Promise<Task> =>
      retried(taskId, async (task) => {
        const resumed = { type: "task.queued", reason: "resumed", by } as const;
        if (task.state === "paused" && (await isBlocked(task))) {
          const because = `comes after "${task.spec.after?.join('", "')}"`;
          return [resumed, { type: "task.blocked", after: task.spec.after ?? [], because }];
        }
        if (task.state === "paused" || task.state === "blocked") return [resumed];
        const isWaiting = task.state === "queued" && task.notBeforeMs !== null;
        if (task.state === "scheduled" || isWaiting) return [{ ...resumed, notBeforeMs: nowMs() }];
        if (endedStates.has(task.state)) throw hasEnded(task, "resumed");
        throw new OutpostError("conflict", `task "${taskId}" is "${task.state}" and waits for nothing to resume`);
      }),
    retryTask: (taskId: TaskId, by: string): Promise<Task> =>
      retried(taskId, (task) => {
        if (retriedStates.has(task.state)) return [{ type: "task.queued", reason: "retry", retry: 0, by }];
        const instead = endedStates.has(task.state) ? "say to it what is missing" : "it has not ended";
        throw new OutpostError("conflict", `task "${taskId}" is "${task.state}"; ${instead}`, {
          details: { state: task.state },
        });
      }),
    moveTask: (taskId: TaskId, priority: number, by: string): Promise<Task> =>
      retried(taskId, (task) => {
        if (endedStates.has(task.state)) throw hasEnded(task, "moved");
        return [{ type: "task.moved", priority, by }];
      }),
  };
}

/** A worker appends a few times a second at most. */
const maxAttempts = 50;

function hasEnded({ id, state }: Task, what: string): OutpostError {
  const instead = retriedStates.has(state) ? "retry it" : "say to it what is to be done";
  return new OutpostError("conflict", `task "${id}" is "${state}" and cannot be ${what}; ${instead}`, {
    details: { state },
  });
}
