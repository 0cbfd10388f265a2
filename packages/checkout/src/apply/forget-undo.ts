// Undo records of tasks that are not there any more: what nobody can ask to revert needs no bytes. Does not know tasks; names begin with them.
// To be called while no apply or revert of the repository runs: bytes are shared between records.

import { listOwnDirectory, removeDurably } from "./durable-file.ts";
import { listJournals } from "./journal.ts";
import { sweepUndo } from "./undo.ts";

export interface ForgetUndoInput {
  undoDirectory: string;
  journalDirectory: string;
  /** Of records that go: each is called after its task, a hyphen, and what tells it from others. */
  taskIds: readonly string[];
}

/** Resolves to how many records and bytes' files went. Bytes stay while an interrupted apply or revert is not taken to its end. */
export async function forgetUndo({ undoDirectory, journalDirectory, taskIds }: ForgetUndoInput): Promise<number> {
  const going = new Set(taskIds);
  const records = (await listOwnDirectory(undoDirectory)).filter(
    (name) => name.endsWith(".json") && going.has(name.split("-", 1)[0] ?? ""),
  );
  for (const name of records) await removeDurably(undoDirectory, name, () => undefined);
  if (records.length === 0 || (await listJournals(journalDirectory)).length > 0) return records.length;
  return records.length + (await sweepUndo(undoDirectory, []));
}
