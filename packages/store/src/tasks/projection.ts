// What a task's row says after an event. Pure; the state is decided by `taskStateAfter` alone.
import {
  type RunOutcome,
  type Task,
  type TaskEvent,
  type TaskEventOf,
  type TaskId,
  taskStateAfter,
} from "@outpost/protocol";

/** The task that `task.created` makes. */
export function createdTask(taskId: TaskId, event: TaskEventOf<"task.created">, nowMs: number): Task {
  return {
    id: taskId,
    spec: event.spec,
    state: taskStateAfter(null, event),
    seq: 1,
    attempt: 0,
    revision: null,
    baseCommit: null,
    outcome: null,
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
  };
}

/** Throws `conflict` for a transition that the table of states refuses. */
export function taskAfter(task: Task, event: TaskEvent, nowMs: number): Task {
  const next: Task = { ...task, state: taskStateAfter(task.state, event), seq: task.seq + 1, updatedAtMs: nowMs };
  switch (event.type) {
    case "run.started":
      return { ...next, attempt: event.attempt, baseCommit: event.baseCommit, outcome: null };
    case "change.proposed":
      return { ...next, revision: event.change.revision };
    case "run.finished":
      return { ...next, outcome: event.outcome };
    case "task.cancel_requested":
      return { ...next, outcome: outcomeOfCancel(next) };
    default:
      return next;
  }
}

/** A task that no worker holds ends with the request; a running one ends through its worker's `run.finished`. */
function outcomeOfCancel({ state, outcome }: Task): RunOutcome | null {
  return state === "cancelled" ? { type: "cancelled" } : outcome;
}
