// Which tasks a task waits for, and how it stands with them. Runs inside its callers' transactions.
import type { TaskId } from "@outpost/protocol";
import type { Connection } from "../database/connection.ts";
import type { RemovedTasks } from "./removed-tasks.ts";
import type { TaskTable } from "./task-table.ts";

interface Standing {
  id: TaskId;
  state: string;
}

export interface Dependencies {
  /** Throws `not_found` for one that is not there. One that did what was asked and was removed since needs no waiting for. */
  insert(ordinal: number, after: readonly TaskId[]): void;
  /** Those that are not done yet, the oldest first. One whose task was removed does not count any more. */
  open(ordinal: number): Standing[];
}

/** Of a task called `other`: it did what was asked. A change that is only looked at is done when it is there. */
export const isDone = `(other.state IN ('answered', 'finished', 'applied')
  OR (other.state = 'proposed' AND json_extract(other.spec, '$.dryRun')))`;
/** It ended in another way, or was taken back: what comes after it waits for a person. */
export const failedStates: ReadonlySet<string> = new Set([
  ...["failed", "dead", "cancelled", "rejected", "stopped", "reverted"],
]);

const doneStates: ReadonlySet<string> = new Set(["answered", "finished", "applied"]);

export function createDependencies(
  connection: Connection,
  tasks: TaskTable,
  removedTasks: Pick<RemovedTasks, "find">,
): Dependencies {
  const insert = connection.prepare("INSERT OR IGNORE INTO task_dependency (task, after) VALUES (?, ?)");
  const open = connection.prepare<{ id: TaskId; state: string }>(
    `SELECT other.id, other.state FROM task_dependency JOIN task AS other ON other.ordinal = task_dependency.after
     WHERE task_dependency.task = ? AND NOT ${isDone} ORDER BY other.ordinal`,
  );
  return {
    insert(ordinal, after) {
      for (const taskId of after) {
        if (doneStates.has(removedTasks.find(taskId)?.state ?? "")) continue;
        insert.run(ordinal, tasks.get(taskId).ordinal);
      }
    },
    open: (ordinal) => open.all(ordinal),
  };
}

/** For people: what it waits for. */
export function describeWaiting(open: readonly Standing[]): string {
  const failed = open.find(({ state }) => failedStates.has(state));
  if (failed) return `waits for a person: "${failed.id}", which it comes after, is ${failed.state}`;
  const [first, ...others] = open;
  return `comes after "${first?.id}", which is ${first?.state}${others.length > 0 ? `, and ${others.length} more` : ""}`;
}
