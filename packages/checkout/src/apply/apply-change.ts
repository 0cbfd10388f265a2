// Applying an accepted change to the user's checkout: the plan, then the transaction. Repeating an apply that happened is harmless: the
// undo record of the same change says so, and its result is returned again.
// Does not know git, repositories or policies. Nothing but the change's paths (and directories they make or empty) is touched.
import { createHash } from "node:crypto";
import { realpath } from "node:fs/promises";
import { type AppliedFile, type Change, OutpostError } from "@outpost/protocol";
import { systemErrorCode } from "../files/system-error.ts";
import { conflictError } from "./conflicts.ts";
import type { BeforeEffect } from "./durable-file.ts";
import { requireNoJournal } from "./journal.ts";
import { planChange, type ReadBlob } from "./plan-change.ts";
import { findStrayed } from "./standing.ts";
import { runTransaction, type TransactionPlace } from "./transaction.ts";
import { toAppliedFiles } from "./transition.ts";
import { findUndoRecord, type UndoRecord } from "./undo.ts";

export interface ApplyInput {
  checkoutRoot: string;
  change: Change;
  readBlob: ReadBlob;
  /** Where records and bytes for undo are kept. */
  undoDirectory: string;
  journalDirectory: string;
  nowMs: () => number;
  /** For tests of crashes. */
  beforeEffect?: BeforeEffect;
}

export async function resolveCheckout(checkoutRoot: string): Promise<string> {
  try {
    return await realpath(checkoutRoot);
  } catch (error) {
    if (systemErrorCode(error) !== "ENOENT" && systemErrorCode(error) !== "ENOTDIR") throw error;
    const text = `checkout "${checkoutRoot}" is gone; bring it back, or register the repository at its new place`;
    throw new OutpostError("not_found", text, { cause: error });
  }
}

/** The same for the same accepted files of the same change in the same checkout. */
function undoNameFor(root: string, change: Change): string {
  const sides = change.files.map(({ path, oldPath, oldBlob, newBlob, newMode }) => [
    path,
    oldPath,
    oldBlob,
    newBlob,
    newMode,
  ]);
  const digest = createHash("sha256")
    .update(JSON.stringify([root, sides]))
    .digest("hex");
  return `${change.taskId}-${change.revision}-${digest.slice(0, 16)}`;
}

/** What applying the change returned; null when that did not happen, or was reverted. Rejects with `conflict` while one is under way. */
export async function findApplied(
  input: Pick<ApplyInput, "checkoutRoot" | "change" | "undoDirectory" | "journalDirectory">,
): Promise<{ files: AppliedFile[]; undo: string } | null> {
  const root = await resolveCheckout(input.checkoutRoot).catch((error: unknown) => {
    if (error instanceof OutpostError && error.code === "not_found") return null;
    throw error;
  });
  if (root === null) return null;
  const undo = undoNameFor(root, input.change);
  const record = await findUndoRecord(input.undoDirectory, undo);
  if (record?.state !== "applied") return null;
  await requireNoJournal(input.journalDirectory, root);
  return { files: toAppliedFiles(record.transition), undo };
}

async function requireApplied(root: string, { transition, appliedAtMs }: UndoRecord): Promise<void> {
  const strayed = await findStrayed(root, transition, "after");
  if (strayed.length === 0) return;
  const reason = "changed since the change was applied";
  const what = `the change was applied at ${new Date(appliedAtMs).toISOString()} already; revert it first, or leave it`;
  throw conflictError(
    strayed.map((path) => ({ path, reason })),
    what,
  );
}

/**
 * All files or none. Resolves to what was written and the name to revert it by. Rejects with `conflict` and `details.conflicts`
 * (nothing written), `not_found` for a checkout that is gone, `unavailable` for a disk that is full or failing (nothing written).
 */
export async function applyChange(input: ApplyInput): Promise<{ files: AppliedFile[]; undo: string }> {
  const { change, readBlob, undoDirectory, journalDirectory, nowMs, beforeEffect = () => undefined } = input;
  const root = await resolveCheckout(input.checkoutRoot);
  const place: TransactionPlace = { undoDirectory, journalDirectory, beforeEffect };
  const undo = undoNameFor(root, change);
  const record = await findUndoRecord(undoDirectory, undo);
  if (record?.state === "applied") {
    await requireNoJournal(journalDirectory, root);
    await requireApplied(root, record);
    return { files: toAppliedFiles(record.transition), undo };
  }
  const { transition, bytes } = await planChange(root, change, readBlob);
  const readBytes = async (sha256: string) => bytes.get(sha256) ?? new Uint8Array();
  await runTransaction(place, { operation: "apply", root, undo, startedAtMs: nowMs(), transition, readBytes });
  return { files: toAppliedFiles(transition), undo };
}
