// Reverting an applied change: every path gets exactly the bytes and permissions it had before, or nothing is written.
// Does not merge: a path that changed since is a conflict. Directories that apply made go when they are empty.
import { type AppliedFile, type ApplyConflict, OutpostError } from "@outpost/protocol";
import { resolveCheckout } from "./apply-change.ts";
import { atPath, conflictError, MoveConflict } from "./conflicts.ts";
import type { BeforeEffect } from "./durable-file.ts";
import { requireNoJournal } from "./journal.ts";
import { type Observation, observe, parentsOf } from "./observation.ts";
import { findStrayed } from "./standing.ts";
import { runTransaction } from "./transaction.ts";
import { type FileStep, isVersion, type Transition, toAppliedFiles, versionOf } from "./transition.ts";
import { createReadBytes, findUndoRecord, type UndoRecord } from "./undo.ts";

export interface RevertInput {
  checkoutRoot: string;
  /** As `applyChange` returned them. */
  files: readonly AppliedFile[];
  undo: string;
  undoDirectory: string;
  journalDirectory: string;
  nowMs: () => number;
  /** For tests of crashes. */
  beforeEffect?: BeforeEffect;
}

interface Return {
  transition: Transition;
  /** Of what the checkout holds now, by SHA-256. */
  bytes: Map<string, Uint8Array>;
}

function requireSameFiles(record: UndoRecord, { files, undo }: RevertInput): void {
  const keys = (list: readonly AppliedFile[]) =>
    list
      .map((file) => JSON.stringify([file.path, file.beforeHash, file.afterHash, file.beforeMode, file.afterMode]))
      .sort();
  if (keys(files).join("\n") !== keys(toAppliedFiles(record.transition)).join("\n"))
    throw new OutpostError(
      "invalid_input",
      `undo "${undo}" belongs to other files than those given; give what apply returned`,
    );
}

/** Throws `MoveConflict` unless the path still is what apply made it. */
function requireApplied(applied: Transition, file: FileStep, { entry, obstacle }: Observation): void {
  const isMade = applied.made.some(({ path }) => path === file.path);
  if (!isVersion(entry, file.after, isMade))
    throw new MoveConflict(file.path, "changed since the change was applied; undo that by hand, or keep the change");
  if (entry.kind === "file" && entry.links > 1)
    throw new MoveConflict(
      file.path,
      `has ${entry.links} hard links, so that replacing it would cut them; copy it first`,
    );
  const isOurs = applied.files.some(({ path }) => path === obstacle?.path);
  if (obstacle && obstacle.stop !== "absent" && !isOurs)
    throw new MoveConflict(file.path, `lies behind "${obstacle.path}", which is no directory any more`);
}

async function planReturn(root: string, applied: Transition, conflicts: ApplyConflict[]): Promise<Return> {
  const files: FileStep[] = [];
  const made = new Map<string, number | null>();
  const bytes = new Map<string, Uint8Array>();
  const permissions = new Map(applied.removable.map((step) => [step.path, step.permissions]));
  for (const file of applied.files) {
    const found = await atPath(file.path, async () => {
      const observation = await observe(root, file.path);
      requireApplied(applied, file, observation);
      return observation;
    }).catch((error: unknown) => {
      if (!(error instanceof MoveConflict)) throw error;
      conflicts.push(error.conflict);
      return null;
    });
    if (!found) continue;
    const { entry, deepest } = found;
    if (entry.kind === "file" || entry.kind === "symlink") bytes.set(entry.sha256, entry.bytes);
    files.push({ path: file.path, before: versionOf(entry), after: file.before });
    for (const parent of file.before ? parentsOf(file.path) : [])
      if (parent.length > deepest.length) made.set(parent, permissions.get(parent) ?? null);
  }
  const missing = [...made].map(([path, bits]) => ({ path, permissions: bits }));
  return { transition: { files, made: missing, removable: applied.made }, bytes };
}

/**
 * Rejects with `conflict` and `details.conflicts` (nothing written), `not_found` for an unknown undo name or a checkout that is gone,
 * `unavailable` for a disk that is full or failing (nothing written). Repeating a revert that happened does nothing.
 */
export async function revertChange(input: RevertInput): Promise<void> {
  const { undo, undoDirectory, journalDirectory, nowMs, beforeEffect = () => undefined } = input;
  const root = await resolveCheckout(input.checkoutRoot);
  const record = await findUndoRecord(undoDirectory, undo);
  if (!record) throw new OutpostError("not_found", `undo "${undo}" is not kept (any more); revert by hand`);
  requireSameFiles(record, input);
  await requireNoJournal(journalDirectory, root);
  if (record.state === "reverted" && (await findStrayed(root, record.transition, "before")).length === 0) return;
  const conflicts: ApplyConflict[] = [];
  const { transition, bytes } = await planReturn(root, record.transition, conflicts);
  if (conflicts.length > 0) throw conflictError(conflicts, `undo "${undo}" does not fit the checkout`);
  const readKept = createReadBytes(undoDirectory);
  const readBytes = async (sha256: string) => bytes.get(sha256) ?? (await readKept(sha256));
  const place = { undoDirectory, journalDirectory, beforeEffect };
  await runTransaction(place, { operation: "revert", root, undo, startedAtMs: nowMs(), transition, readBytes });
}
