// Checkpoints seen from outside: listed, gone back to, collected. What a checkpoint holds is in the mirror; which counts is in the log.
import type { RepositoryHost, TaskStore } from "@outpost/core";
import {
  type Checkpoint,
  type EventEnvelope,
  endedStates,
  OutpostError,
  type Task,
  type TaskEvent,
  type TaskId,
} from "@outpost/protocol";
import { readAllEvents } from "./change-log.ts";
import type { TaskLocks } from "./task-locks.ts";

export interface CheckpointPorts {
  store: TaskStore;
  host: RepositoryHost;
  locks: TaskLocks;
  append(taskId: TaskId, events: TaskEvent[], expectedSeq: number): Promise<Task>;
}

export function createCheckpointService({ store, host, locks, append }: CheckpointPorts) {
  async function list(taskId: TaskId): Promise<Checkpoint[]> {
    const task = await store.getTask(taskId);
    const found = collectFrom(await readAllEvents(store, taskId));
    const repository = await store.getRepository(task.spec.repositoryId);
    const kept = await host.findCommits(
      repository,
      found.map(({ commit }) => commit),
    );
    return found.map((checkpoint) => ({ ...checkpoint, isKept: kept.has(checkpoint.commit) }));
  }

  return {
    list,
    /** Rejects with `not_found`, or `conflict` while a run is under way and for one that was collected. */
    restore: (taskId: TaskId, number: number, by: string): Promise<Task> =>
      locks.run(taskId, async () => {
        const { state, seq } = await store.getTask(taskId);
        const all = await list(taskId);
        const wanted = all.findLast((checkpoint) => checkpoint.number === number);
        if (!wanted) throw new OutpostError("not_found", describeMissing(taskId, number, all));
        if (!endedStates.has(state))
          throw new OutpostError("conflict", `task "${taskId}" is "${state}"; cancel it first, or wait for its end`, {
            details: { state },
          });
        if (!wanted.isKept)
          throw new OutpostError(
            "conflict",
            `checkpoint ${number} of task "${taskId}" was collected when the task ended`,
          );
        return append(taskId, [{ type: "checkpoint.restored", number, commit: wanted.commit, by }], seq);
      }),
  };
}

function describeMissing(taskId: TaskId, number: number, all: readonly Checkpoint[]): string {
  const known = all.length === 0 ? "none" : [...new Set(all.map((checkpoint) => checkpoint.number))].join(", ");
  return `task "${taskId}" has no checkpoint ${number}; there is ${known}`;
}

/** As the log tells it. One that repeats the commit before is a step that left the files as they were. */
function collectFrom(envelopes: readonly EventEnvelope[]): Omit<Checkpoint, "isKept">[] {
  const found: Omit<Checkpoint, "isKept">[] = [];
  let runNumber = 0;
  let current: string | null = null;
  for (const { event, atMs } of envelopes) {
    if (event.type === "run.started") runNumber = event.attempt;
    if (event.type === "checkpoint.restored") current = event.commit;
    if (event.type !== "checkpoint.created") continue;
    current = event.commit;
    const { number, commit, files } = event;
    if (found.at(-1)?.commit !== commit) found.push({ number, runNumber, commit, files, atMs, isCurrent: false });
  }
  return found.map((checkpoint) => ({ ...checkpoint, isCurrent: checkpoint.commit === current }));
}
