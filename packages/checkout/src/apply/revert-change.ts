// Reverting an applied change: every path gets exactly the bytes and permissions it had before, or nothing is written. A path that changed
// since is a conflict; only when asked for, what changed since is kept by a three-way merge, and the refusal says whether that would do.
// Directories that apply made go when they are empty.
import { type AppliedFile, type ApplyConflict, OutpostError } from "@outpost/protocol";
import { sha256Of } from "../files/entry.ts";
import { resolveCheckout } from "./apply-change.ts";
import { atPath, conflictError, MoveConflict } from "./conflicts.ts";
import type { BeforeEffect } from "./durable-file.ts";
import { requireNoJournal } from "./journal.ts";
import { type Observation, observe, parentsOf } from "./observation.ts";
import { findStrayed } from "./standing.ts";
import { mergeThreeWay, revertWords } from "./three-way-merge.ts";
import { runTransaction } from "./transaction.ts";
import {
  type FileStep,
  type FileVersion,
  isVersion,
  reverse,
  type Transition,
  toAppliedFiles,
  versionOf,
} from "./transition.ts";
import { createReadBytes, findUndoRecord, type ReadBytes, type UndoRecord } from "./undo.ts";

export interface RevertInput {
  checkoutRoot: string;
  /** As `applyChange` returned them. */
  files: readonly AppliedFile[];
  undo: string;
  /** Take the change out of files that changed since, where that merges without conflict. Default false. */
  threeWay?: boolean;
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

/** What the plan of a return needs to know at each path. */
interface Applied {
  transition: Transition;
  readKept: ReadBytes;
  threeWay: boolean;
}

/** Throws `MoveConflict` for a path that cannot be written whatever it holds. */
function requireReachable(applied: Transition, { path }: FileStep, { entry, obstacle }: Observation): void {
  if (entry.kind === "file" && entry.links > 1)
    throw new MoveConflict(path, `has ${entry.links} hard links, so that replacing it would cut them; copy it first`);
  const isOurs = applied.files.some((file) => file.path === obstacle?.path);
  if (obstacle && obstacle.stop !== "absent" && !isOurs)
    throw new MoveConflict(path, `lies behind "${obstacle.path}", which is no directory any more`);
}

/**
 * What the path is to hold: what it held before, or with `threeWay` that merged with what changed since; null: what it holds. Throws
 * `MoveConflict`.
 */
async function decideReturn(
  { transition, readKept, threeWay }: Applied,
  file: FileStep,
  observation: Observation,
): Promise<{ after: FileVersion | null; bytes: Uint8Array | null } | null> {
  const { path, before, after } = file;
  const { entry } = observation;
  const isMade = transition.made.some((step) => step.path === path);
  if (isVersion(entry, after, isMade)) {
    requireReachable(transition, file, observation);
    return { after: before, bytes: null };
  }
  const { since, advice } = revertWords;
  if (!threeWay) throw new MoveConflict(path, `changed ${since}; ${advice}`);
  const present = versionOf(entry);
  if (isVersion(entry, before, false)) return null;
  if (!before || !after || !present || present.mode === "120000" || [before.mode, after.mode].includes("120000"))
    throw new MoveConflict(path, `changed ${since}, and not only in its lines; ${advice}`);
  requireReachable(transition, file, observation);
  const bytes = entry.kind === "file" ? entry.bytes : new Uint8Array();
  // A record of an earlier version of Outpost has no bytes of the side after.
  const written = await readKept(after.sha256).catch(() => null);
  if (!written) throw new MoveConflict(path, `changed ${since}; ${advice}`);
  const merged = mergeThreeWay(written, bytes, await readKept(before.sha256), false, revertWords);
  if ("reason" in merged) throw new MoveConflict(path, merged.reason, merged.hunks);
  if (entry.kind === "file" && entry.sha256 === sha256Of(merged.bytes) && present.mode === before.mode) return null;
  const isModeKept = present.mode !== after.mode;
  const mode = isModeKept ? present.mode : before.mode;
  const permissions = isModeKept || before.mode === after.mode ? present.permissions : before.permissions;
  return {
    after: { sha256: sha256Of(merged.bytes), mode, permissions, owner: present.owner },
    bytes: merged.bytes,
  };
}

async function planReturn(root: string, applied: Applied, conflicts: ApplyConflict[]): Promise<Return> {
  const files: FileStep[] = [];
  const made = new Map<string, number | null>();
  const bytes = new Map<string, Uint8Array>();
  const permissions = new Map(applied.transition.removable.map((step) => [step.path, step.permissions]));
  for (const file of applied.transition.files) {
    const found = await atPath(file.path, async () => {
      const observation = await observe(root, file.path);
      return { ...observation, wished: await decideReturn(applied, file, observation) };
    }).catch((error: unknown) => {
      if (!(error instanceof MoveConflict)) throw error;
      conflicts.push(error.conflict);
      return null;
    });
    if (!found?.wished) continue;
    const { entry, deepest, wished } = found;
    if (entry.kind === "file" || entry.kind === "symlink") bytes.set(entry.sha256, entry.bytes);
    if (wished.bytes && wished.after) bytes.set(wished.after.sha256, wished.bytes);
    files.push({ path: file.path, before: versionOf(entry), after: wished.after });
    for (const parent of wished.after ? parentsOf(file.path) : [])
      if (parent.length > deepest.length) made.set(parent, permissions.get(parent) ?? null);
  }
  const missing = [...made].map(([path, bits]) => ({ path, permissions: bits }));
  return { transition: { files, made: missing, removable: applied.transition.made }, bytes };
}

/** Adds to a refusal whether the three-way way would do. */
async function refuse(root: string, applied: Applied, undo: string, conflicts: ApplyConflict[]): Promise<never> {
  const error = conflictError(conflicts, `undo "${undo}" does not fit the checkout`);
  if (applied.threeWay) throw error;
  const left: ApplyConflict[] = [];
  await planReturn(root, { ...applied, threeWay: true }, left);
  const hint = left.length === 0 ? "; a three-way revert would keep what changed since and take the change out" : "";
  throw new OutpostError("conflict", `${error.message}${hint}`, {
    cause: error,
    details: { conflicts: left.length === 0 ? conflicts : left, threeWay: left.length === 0 },
  });
}

/**
 * Resolves to what was written. Rejects with `conflict` and `details.conflicts` (nothing written; `details.threeWay`: whether a three-way
 * revert would do), `not_found` for an unknown undo name or a checkout that is gone, `unavailable` for a disk that is full or failing
 * (nothing written). Repeating a revert that happened does nothing.
 */
export async function revertChange(input: RevertInput): Promise<AppliedFile[]> {
  const { undo, undoDirectory, journalDirectory, nowMs, beforeEffect = () => undefined } = input;
  const root = await resolveCheckout(input.checkoutRoot);
  const record = await findUndoRecord(undoDirectory, undo);
  if (!record) throw new OutpostError("not_found", `undo "${undo}" is not kept (any more); revert by hand`);
  requireSameFiles(record, input);
  await requireNoJournal(journalDirectory, root);
  if (record.state === "reverted" && (await findStrayed(root, record.transition, "before")).length === 0)
    return toAppliedFiles(reverse(record.transition));
  const conflicts: ApplyConflict[] = [];
  const readKept = createReadBytes(undoDirectory);
  const applied = { transition: record.transition, readKept, threeWay: input.threeWay ?? false };
  const { transition, bytes } = await planReturn(root, applied, conflicts);
  if (conflicts.length > 0) await refuse(root, applied, undo, conflicts);
  const readBytes = async (sha256: string) => bytes.get(sha256) ?? (await readKept(sha256));
  const place = { undoDirectory, journalDirectory, beforeEffect };
  await runTransaction(place, { operation: "revert", root, undo, startedAtMs: nowMs(), transition, readBytes });
  return toAppliedFiles(transition);
}
