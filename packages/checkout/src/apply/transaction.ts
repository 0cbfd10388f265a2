// All files of a transition or none: journal → bytes for undo → stage all → rename all → fsync → done. A failure on the way rolls back at
// once; a crash is taken up by recovery from the journal. Does not know changes or blobs.
// Invariant: when it rejects, every path holds what it held before, or the journal is still there and the message says so.
import { type ApplyConflict, OutpostError } from "@outpost/protocol";
import { createTemporaryName } from "../files/staged-entry.ts";
import { toOutpostError } from "../files/system-error.ts";
import { conflictError, MoveConflict } from "./conflicts.ts";
import { isStaged, moveAll, type Scene, stageAll, sweepStaged } from "./file-moves.ts";
import {
  closeJournal,
  type Journal,
  type JournaledFile,
  type JournalPlace,
  openJournal,
  updateJournal,
} from "./journal.ts";
import { directoryOf } from "./observation.ts";
import { findStanding } from "./standing.ts";
import { type FileStep, reverse, type Transition } from "./transition.ts";
import {
  createReadBytes,
  findUndoRecord,
  type ReadBytes,
  removeUndoRecord,
  saveBytes,
  saveUndoRecord,
} from "./undo.ts";

export interface TransactionPlace extends JournalPlace {
  undoDirectory: string;
}

export interface Transaction {
  operation: Journal["operation"];
  root: string;
  undo: string;
  startedAtMs: number;
  transition: Transition;
  /** The bytes of every version, before and after. */
  readBytes: ReadBytes;
}

function nameTemporaries(transition: Transition): Transition<JournaledFile> {
  const isMade = new Set(transition.made.map(({ path }) => path));
  const journaled = (file: FileStep): JournaledFile => {
    let stagedIn = directoryOf(file.path);
    while (isMade.has(stagedIn)) stagedIn = directoryOf(stagedIn);
    return { ...file, stagedIn, temporaryName: createTemporaryName(file.path.slice(file.path.lastIndexOf("/") + 1)) };
  };
  return { ...transition, files: transition.files.map(journaled) };
}

export function sceneOf(place: TransactionPlace, journal: Journal): Scene {
  const { root, transition } = journal;
  return { root, transition, readBytes: createReadBytes(place.undoDirectory), beforeEffect: place.beforeEffect };
}

async function saveUndo(
  place: TransactionPlace,
  { readBytes, operation, root, undo, transition, startedAtMs }: Transaction,
) {
  // Of an apply both sides: a three-way revert takes the difference between them out of what the file has become.
  const sides = transition.files.flatMap(({ before, after }) => (operation === "apply" ? [before, after] : [before]));
  const kept = sides.flatMap((side) => (side ? [side.sha256] : []));
  await saveBytes(place.undoDirectory, kept, readBytes, place.beforeEffect);
  if (operation !== "apply") return;
  const record = { version: 1, state: "applied", root, appliedAtMs: startedAtMs, transition } as const;
  await saveUndoRecord(place.undoDirectory, undo, record, place.beforeEffect);
}

/** The marks after the last rename. Idempotent. */
export async function finish(place: TransactionPlace, journal: Journal): Promise<void> {
  await sweepStaged(sceneOf(place, journal));
  const record = await findUndoRecord(place.undoDirectory, journal.undo);
  if (record && journal.operation === "revert" && record.state !== "reverted")
    await saveUndoRecord(place.undoDirectory, journal.undo, { ...record, state: "reverted" }, place.beforeEffect);
  await closeJournal(place, journal);
}

/** Forgets a transition that touched no path. Idempotent. */
export async function discard(place: TransactionPlace, journal: Journal): Promise<number> {
  const swept = await sweepStaged(sceneOf(place, journal));
  if (journal.operation === "apply") await removeUndoRecord(place.undoDirectory, journal.undo, place.beforeEffect);
  await closeJournal(place, journal);
  return swept;
}

/** Takes every path back to before. Idempotent. Returns the paths that hold neither side and were left as they are. */
export async function rollBack(place: TransactionPlace, journal: Journal): Promise<ApplyConflict[]> {
  const scene = sceneOf(place, journal);
  // First, since it makes room on a full disk: staged after-versions also keep made directories from going, and their names are used again.
  await sweepStaged(scene);
  const rolling = journal.state === "rolling_back" ? journal : await updateJournal(place, journal, "rolling_back");
  const conflicts = await moveAll({ ...scene, transition: reverse(scene.transition) }, false);
  await sweepStaged(scene);
  const record = await findUndoRecord(place.undoDirectory, journal.undo);
  if (record && conflicts.length > 0 && record.state !== "interrupted")
    await saveUndoRecord(place.undoDirectory, journal.undo, { ...record, state: "interrupted" }, place.beforeEffect);
  else if (record && journal.operation === "apply" && conflicts.length === 0)
    await removeUndoRecord(place.undoDirectory, journal.undo, place.beforeEffect);
  await closeJournal(place, rolling);
  return conflicts;
}

/** Whether a staged transition can go forward: every path on one of its sides, and what is still to be named lies staged. */
export async function canFinish(journal: Journal): Promise<boolean> {
  for (const file of journal.transition.files) {
    const standing = await findStanding(journal.root, journal.transition, file);
    if (standing === "changed") return false;
    if (standing === "before" && file.after && !(await isStaged(journal.root, file))) return false;
  }
  return true;
}

async function undoFailed(place: TransactionPlace, journal: Journal, error: unknown): Promise<never> {
  const what = `${journal.operation} in "${journal.root}" failed`;
  let left: ApplyConflict[] = [];
  try {
    if (journal.state === "staging") await discard(place, journal);
    else left = await rollBack(place, journal);
  } catch (cause) {
    const text = `${what} and could not be rolled back; restart the server, which tries again, before changing files there`;
    throw new OutpostError("internal", text, { cause: new AggregateError([error, cause]) });
  }
  if (left.length === 0)
    throw error instanceof MoveConflict
      ? conflictError([error.conflict], what, error)
      : toOutpostError(error, journal.root);
  const text = `${what} and was rolled back, except for paths that someone changed meanwhile: ${left.map(({ path }) => `"${path}"`).join(", ")}`;
  throw new OutpostError("conflict", text, { cause: error, details: { conflicts: left } });
}

/** Rejects with `conflict` (nothing written) or `unavailable` (disk), or `internal` when it could not be rolled back. */
export async function runTransaction(place: TransactionPlace, transaction: Transaction): Promise<void> {
  const { operation, root, undo, startedAtMs } = transaction;
  const transition = nameTemporaries(transaction.transition);
  let journal: Journal = { version: 1, operation, state: "staging", root, undo, startedAtMs, transition };
  await openJournal(place, journal);
  try {
    await saveUndo(place, transaction);
    await stageAll({ ...sceneOf(place, journal), readBytes: transaction.readBytes });
    journal = await updateJournal(place, journal, "staged");
    await moveAll(sceneOf(place, journal), true);
  } catch (error) {
    await undoFailed(place, journal, error);
  }
  try {
    await finish(place, journal);
  } catch (cause) {
    const text = `${operation} in "${root}" wrote all paths, but could not be marked as done; restart the server, which marks it`;
    throw new OutpostError("unavailable", text, { cause });
  }
}
