// What a crash left of applies and reverts, taken to one side or the other: forward when everything was staged and no path changed since,
// back otherwise. Runs when the server starts, before any apply; may itself be killed and run again.
// Does not know what was acknowledged: an apply that is repeated afterwards finds its record and returns the same.

import { join } from "node:path";
import { isOutpostError } from "@outpost/protocol";
import { MoveConflict } from "./conflicts.ts";
import type { BeforeEffect } from "./durable-file.ts";
import { sweepOwnDirectory } from "./durable-file.ts";
import { moveAll } from "./file-moves.ts";
import { type Journal, listJournals } from "./journal.ts";
import { canFinish, discard, finish, rollBack, sceneOf, type TransactionPlace } from "./transaction.ts";
import { sweepUndo } from "./undo.ts";

export interface RecoverInput {
  journalDirectory: string;
  undoDirectory: string;
  /** For tests of crashes. */
  beforeEffect?: BeforeEffect;
}

async function goBack(place: TransactionPlace, journal: Journal, what: string): Promise<string[]> {
  const conflicts = await rollBack(place, journal);
  const lines = conflicts.map(({ path }) => {
    const kept = journal.transition.files.find((file) => file.path === path)?.before?.sha256;
    const where = kept
      ? `; its bytes before are kept in "${join(place.undoDirectory, "blobs", kept)}"`
      : "; it was absent before";
    return `conflict in "${journal.root}": "${path}" changed during the interrupted ${journal.operation} and was left as it is${where}`;
  });
  return [`rolled back the interrupted ${what}`, ...lines];
}

async function recoverJournal(place: TransactionPlace, journal: Journal): Promise<string[]> {
  const what = `${journal.operation} "${journal.undo}" of ${journal.transition.files.length} paths in "${journal.root}"`;
  if (journal.state === "staging") {
    const swept = await discard(place, journal);
    return [`dropped the interrupted ${what}: no path was touched, ${swept} temporary files removed`];
  }
  if (journal.state === "rolling_back" || !(await canFinish(journal))) return goBack(place, journal, what);
  try {
    await moveAll(sceneOf(place, journal), true);
  } catch (error) {
    if (!(error instanceof MoveConflict)) throw error;
    return goBack(place, journal, what);
  }
  await finish(place, journal);
  return [`finished the interrupted ${what}`];
}

/** One line per thing done or not doable; none when there was nothing. One broken journal does not stop the others. */
export async function recoverJournals(input: RecoverInput): Promise<string[]> {
  const { journalDirectory, undoDirectory, beforeEffect = () => undefined } = input;
  const place: TransactionPlace = { journalDirectory, undoDirectory, beforeEffect };
  const lines: string[] = [];
  const unfinished: Journal[] = [];
  for (const { path, journal } of await listJournals(journalDirectory)) {
    if (!journal) {
      lines.push(`journal "${path}" cannot be read; compare the checkout by hand, then remove the file`);
      continue;
    }
    try {
      lines.push(...(await recoverJournal(place, journal)));
    } catch (error) {
      unfinished.push(journal);
      const why = isOutpostError(error) || error instanceof MoveConflict ? error.message : String(error);
      lines.push(
        `could not recover the ${journal.operation} in "${journal.root}": ${why}; tried again at the next start, or remove "${path}"`,
      );
    }
  }
  await sweepOwnDirectory(journalDirectory);
  await sweepUndo(
    undoDirectory,
    unfinished.flatMap(({ transition }) => transition.files),
  );
  return lines;
}
