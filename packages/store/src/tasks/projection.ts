// What a task's row says after an event. Pure; the state is decided by `taskStateAfter` alone.
import {
  type RunOutcome,
  retriesAfter,
  type Task,
  type TaskEvent,
  type TaskEventOf,
  type TaskId,
  taskStateAfter,
} from "@outpost/protocol";

/** The task that `task.created` makes. */
export function createdTask(taskId: TaskId, event: TaskEventOf<"task.created">, nowMs: number): Task {
  const { priority, notBeforeMs = null } = event.spec;
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
    priority,
    notBeforeMs,
    retries: 0,
    reason: null,
  };
}

/** Throws `conflict` for a transition that the table of states refuses. */
export function taskAfter(task: Task, event: TaskEvent, nowMs: number): Task {
  const next: Task = { ...task, state: taskStateAfter(task.state, event), seq: task.seq + 1, updatedAtMs: nowMs };
  switch (event.type) {
    case "run.started":
      return { ...next, ...begun, attempt: event.attempt, baseCommit: event.baseCommit, outcome: null };
    case "run.resumed":
      return { ...next, ...begun };
    case "task.queued":
      return { ...next, ...queuedBy(task, event) };
    case "task.blocked":
      return { ...next, reason: event.because };
    case "task.paused":
      return { ...next, reason: event.because ?? `paused by ${event.by}` };
    case "task.moved":
      return { ...next, priority: event.priority };
    case "task.died":
      return { ...next, reason: event.because };
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

/** Nothing is waited for any more. */
const begun = { notBeforeMs: null, reason: null };

/** A start that was asked for holds until the first run; a person who wants to go on waits for nothing. */
function queuedBy(task: Task, event: TaskEventOf<"task.queued">): Pick<Task, "retries" | "notBeforeMs" | "reason"> {
  const retries = retriesAfter(task.retries, event);
  const isWaiting = task.attempt === 0 && ["dependencies", "resumed"].includes(event.reason);
  const notBeforeMs = event.notBeforeMs ?? (isWaiting ? task.notBeforeMs : null);
  return { retries, notBeforeMs, reason: event.because ?? null };
}

/** A task that no worker holds ends with the request; a running one ends through its worker's `run.finished`. */
function outcomeOfCancel({ state, outcome }: Task): RunOutcome | null {
  return state === "cancelled" ? { type: "cancelled" } : outcome;
}
