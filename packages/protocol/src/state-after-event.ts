// Which event leads to which state of its task. What is allowed is the table in task-states.ts.
import { OutpostError } from "./errors.ts";
import type { TaskEvent } from "./events.ts";
import type { RunOutcome, TaskSpec } from "./task.ts";
import { assertTransition, endedStates, type TaskState } from "./task-states.ts";

/** What it waits for before it is in anybody's turn. */
function stateAtFirst({ after, notBeforeMs }: TaskSpec): TaskState {
  if (after !== undefined) return "blocked";
  return notBeforeMs === undefined ? "queued" : "scheduled";
}

const stateOfOutcome: Record<RunOutcome["type"], TaskState> = {
  answered: "answered",
  proposed: "proposed",
  finished: "finished",
  stopped: "stopped",
  failed: "failed",
  cancelled: "cancelled",
};

function targetState(state: TaskState, event: TaskEvent): TaskState {
  switch (event.type) {
    case "task.queued":
    case "approval.decided":
      return "queued";
    case "task.paused":
      return "paused";
    case "task.blocked":
      return "blocked";
    case "task.died":
      return "dead";
    case "run.started":
    case "run.resumed":
      return "running";
    case "approval.requested":
      return "waiting";
    case "run.finished":
      return stateOfOutcome[event.outcome.type];
    case "change.applied":
      return "applied";
    case "change.rejected":
      return "rejected";
    case "change.reverted":
      // Of one that was applied before another run, what that run came to stays.
      return state !== "applied" && endedStates.has(state) ? state : "reverted";
    case "task.cancel_requested":
      // A running task ends through its worker (`run.finished`); one that no worker holds ends at once.
      return state === "running" ? "running" : "cancelled";
    default:
      return state;
  }
}

/**
 * The task's state after an event. `state` is null before `task.created`.
 * Throws `conflict` where the transition is not in the table; an event that keeps the state is always allowed.
 */
export function taskStateAfter(state: TaskState | null, event: TaskEvent): TaskState {
  if (event.type === "task.created") {
    if (state !== null) throw new OutpostError("conflict", "a task is created once", { details: { from: state } });
    return event.isProposal ? "proposed" : stateAtFirst(event.spec);
  }
  const from = state ?? "queued";
  const to = targetState(from, event);
  if (to !== from) assertTransition(from, to);
  return to;
}
