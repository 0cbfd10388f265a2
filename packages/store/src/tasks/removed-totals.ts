// How much was removed since the database was made, and up to where, whether tasks went by age or with their repository. Whoever reads the log
// of all tasks is told by it of gaps. Runs inside its callers' transactions.
import type { Connection } from "../database/connection.ts";

export interface Removed {
  tasks: number;
  events: number;
  /** Of the last event. */
  throughPosition: number;
  throughMs: number;
}

/** To be called with what goes, in the transaction in which it goes. */
export type NoteRemoved = (removed: Removed) => void;

export function createRemovedTotals(connection: Connection): NoteRemoved {
  const add = connection.prepare(
    `UPDATE retention SET removed_tasks = removed_tasks + ?, removed_events = removed_events + ?,
     removed_through = max(removed_through, ?), removed_through_ms = max(coalesce(removed_through_ms, 0), ?)`,
  );
  return ({ tasks, events, throughPosition, throughMs }) => void add.run(tasks, events, throughPosition, throughMs);
}
