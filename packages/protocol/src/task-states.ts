// The task state table. Whoever moves a task asks `assertTransition`; nothing else decides.
import { z } from "zod";
import { OutpostError } from "./errors.ts";

export const TaskState = z.enum([
  "scheduled",
  "queued",
  "paused",
  "blocked",
  "running",
  "waiting",
  "answered",
  "proposed",
  "finished",
  "stopped",
  "failed",
  "dead",
  "cancelled",
  "applied",
  "rejected",
  "reverted",
]);
export type TaskState = z.infer<typeof TaskState>;

/**
 * From each state, where a task may go. A message to an ended task queues a new run of it. What was applied before such a run can be reverted
 * when it has ended: then the task stays what the run has come to.
 */
export const taskTransitions: Record<TaskState, readonly TaskState[]> = {
  scheduled: ["queued", "paused", "cancelled"],
  queued: ["paused", "blocked", "running", "cancelled"],
  paused: ["queued", "cancelled"],
  blocked: ["queued", "paused", "cancelled"],
  running: ["waiting", "queued", "paused", "answered", "proposed", "finished", "stopped", "failed", "cancelled"],
  waiting: ["running", "queued", "cancelled", "stopped"],
  answered: ["queued"],
  proposed: ["queued", "applied", "rejected"],
  finished: ["queued"],
  stopped: ["queued", "applied", "rejected"],
  failed: ["queued", "dead"],
  dead: ["queued"],
  cancelled: ["queued", "applied", "rejected"],
  applied: ["reverted", "queued"],
  rejected: ["queued"],
  reverted: ["queued", "applied"],
};

/** States in which no worker will touch the task again until a person does something. */
export const endedStates: ReadonlySet<TaskState> = new Set<TaskState>([
  "answered",
  "proposed",
  "finished",
  "stopped",
  "failed",
  "dead",
  "cancelled",
  "applied",
  "rejected",
  "reverted",
]);

export function canTransition(from: TaskState, to: TaskState): boolean {
  return taskTransitions[from].includes(to);
}

/** Throws `conflict` naming both states and the states that are possible from here. */
export function assertTransition(from: TaskState, to: TaskState): void {
  if (canTransition(from, to)) return;
  const possible = taskTransitions[from].join(", ");
  throw new OutpostError("conflict", `a task that is "${from}" cannot become "${to}"; from here: ${possible}`, {
    details: { from, to, possible: taskTransitions[from] },
  });
}
