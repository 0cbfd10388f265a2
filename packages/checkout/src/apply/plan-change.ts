// A change and a checkout → the transition that applying it is, with all bytes at hand, or the list of all conflicts. Writes nothing.
// Does not know journals or undo. What it finds may be outdated a moment later: the transaction looks again before each rename.
import { type ApplyConflict, type Change, type FileMode, type GitObjectId, OutpostError } from "@outpost/protocol";
import { type Entry, sha256Of } from "../files/entry.ts";
import { systemErrorText } from "../files/system-error.ts";
import { conflictError, PathConflict, toConflict } from "./conflicts.ts";
import { findDirectorySteps, findForeignFile } from "./directory-steps.ts";
import { type Observation, observe } from "./observation.ts";
import { findEscape } from "./symlink-target.ts";
import { areEqualBytes, mergeThreeWay } from "./three-way-merge.ts";
import { type FileStep, type FileVersion, modeOf, type Transition, versionOf } from "./transition.ts";
import { collectWishes, type Side, type Wish } from "./wishes.ts";

export type ReadBlob = (blobId: GitObjectId) => Promise<Uint8Array>;

export interface Plan {
  transition: Transition;
  /** The bytes of every version in the transition, by SHA-256. */
  bytes: Map<string, Uint8Array>;
}

interface Draft {
  bytes: Uint8Array;
  mode: FileMode;
  permissions: number | null;
  owner: FileVersion["owner"];
}

interface Context {
  root: string;
  readBlob: ReadBlob;
  observations: Map<string, Observation>;
  /** Paths that the change empties. */
  emptied: Set<string>;
}

async function look(context: Context, path: string): Promise<Observation> {
  const known = context.observations.get(path);
  if (known) return known;
  const found = await observe(context.root, path);
  context.observations.set(path, found);
  return found;
}

function requireWritable({ deepest, deepestIsWritable }: Observation): void {
  if (!deepestIsWritable)
    throw new PathConflict(
      `lies in "${deepest || "."}", which the server's user cannot write to; mend its owner or permissions`,
    );
}

/** The entry that a base version is compared with: a regular file or symlink that can be replaced. */
function requireReplaceable({ entry, obstacle }: Observation, base: Side): Entry & { kind: "file" | "symlink" } {
  if (obstacle && obstacle.stop !== "absent")
    throw new PathConflict(
      `lies behind "${obstacle.path}", which is ${obstacle.stop === "symlink" ? "a symlink" : "no directory"} now`,
    );
  if (entry.kind === "absent") throw new PathConflict("is gone from the checkout; restore it, or run the task again");
  if (entry.kind === "directory") throw new PathConflict("is a directory now");
  if (entry.kind === "large") throw new PathConflict(`is ${entry.size} bytes now, too large to be changed`);
  if (entry.kind === "other") throw new PathConflict("is no regular file now");
  if ((entry.kind === "symlink") !== (base.mode === "120000"))
    throw new PathConflict(entry.kind === "symlink" ? "is a symlink now" : "is no symlink any more");
  if (entry.kind === "file" && entry.links > 1)
    throw new PathConflict(`has ${entry.links} hard links, so that replacing it would cut them; copy it first`);
  if (entry.kind === "file" && entry.isSpecial) throw new PathConflict("has set-id or sticky bits; remove them first");
  return entry;
}

async function checkRemoval(context: Context, wish: Wish & { type: "remove" | "vacate" }): Promise<void> {
  const observation = await look(context, wish.path);
  const entry = requireReplaceable(observation, wish.base);
  requireWritable(observation);
  if (wish.type === "remove" && !areEqualBytes(entry.bytes, await context.readBlob(wish.base.blob)))
    throw new PathConflict(
      "changed since the task began, and the change deletes it; restore it, or run the task again",
    );
}

/** The path must be free, or be freed by the change itself. */
async function requireFree(context: Context, path: string): Promise<void> {
  const observation = await look(context, path);
  const { entry, obstacle } = observation;
  if (obstacle && obstacle.stop !== "absent" && !context.emptied.has(obstacle.path))
    throw new PathConflict(
      `needs a directory "${obstacle.path}", which is ${obstacle.stop === "symlink" ? "a symlink" : "a file"}`,
    );
  if (entry.kind === "directory") {
    const foreign = await findForeignFile(context.root, path, context.emptied);
    if (foreign !== null) throw new PathConflict(`is a directory that holds "${foreign}"; move it away`);
  } else if (entry.kind !== "absent" && !context.emptied.has(path)) {
    throw new PathConflict("exists already, and the change would add it; move it away");
  }
  requireWritable(observation);
}

function toggleExecutable(permissions: number, mode: FileMode): number {
  if (mode === "100755") return permissions | ((permissions & 0o444) >> 2);
  return permissions & ~0o111;
}

async function draftEdit(context: Context, wish: Wish & { type: "edit" }): Promise<Draft> {
  const { base, next } = wish;
  const observation = await look(context, wish.source);
  const entry = requireReplaceable(observation, base);
  requireWritable(observation);
  if (wish.source !== wish.path) await requireFree(context, wish.path);
  const [baseBytes, nextBytes] = await Promise.all([context.readBlob(base.blob), context.readBlob(next.blob)]);
  const owner = { uid: entry.uid, gid: entry.gid };
  const isTypeChange = (base.mode === "120000") !== (next.mode === "120000");
  if (isTypeChange) {
    if (!areEqualBytes(entry.bytes, baseBytes))
      throw new PathConflict("changed since the task began, and the change turns it into another kind");
    return { bytes: nextBytes, mode: next.mode, permissions: null, owner };
  }
  const merged = mergeThreeWay(baseBytes, entry.bytes, nextBytes, wish.binary || entry.kind === "symlink");
  if ("reason" in merged)
    throw new PathConflict(
      entry.kind === "symlink" ? "points elsewhere since the task began; restore it" : merged.reason,
      merged.hunks,
    );
  if (entry.kind === "symlink") return { bytes: merged.bytes, mode: next.mode, permissions: null, owner };
  // Of two modes that differ from the base there is only one, so modes always merge.
  const mode = base.mode === next.mode ? (modeOf(entry) ?? next.mode) : next.mode;
  const permissions = mode === modeOf(entry) ? entry.permissions : toggleExecutable(entry.permissions, mode);
  return { bytes: merged.bytes, mode, permissions, owner };
}

async function draftWish(context: Context, wish: Wish): Promise<Draft | null> {
  if (wish.type === "edit") return draftEdit(context, wish);
  if (wish.type === "add") {
    await requireFree(context, wish.path);
    return { bytes: await context.readBlob(wish.next.blob), mode: wish.next.mode, permissions: null, owner: null };
  }
  await checkRemoval(context, wish);
  return null;
}

/** Runs `check` and turns what it throws about the path into a conflict. */
async function collect<T>(conflicts: ApplyConflict[], path: string, check: () => Promise<T>): Promise<T | null> {
  try {
    return await check();
  } catch (error) {
    const isForbidden = error instanceof OutpostError && error.code === "forbidden";
    const reason = error instanceof PathConflict || isForbidden ? error.message : systemErrorText(error);
    if (reason === undefined) throw error;
    conflicts.push(toConflict(path, reason, error instanceof PathConflict ? error.hunks : undefined));
    return null;
  }
}

async function checkSymlinks(
  root: string,
  drafts: Map<string, Draft | null>,
  conflicts: ApplyConflict[],
): Promise<void> {
  const future = (path: string) => {
    const draft = drafts.get(path);
    if (draft === undefined) return undefined;
    return draft?.mode === "120000" ? Buffer.from(draft.bytes).toString() : null;
  };
  for (const [path, draft] of drafts) {
    if (draft?.mode !== "120000") continue;
    await collect(conflicts, path, async () => {
      const reason = await findEscape(root, path, draft.bytes, future);
      if (reason) throw new PathConflict(reason);
    });
  }
}

function versionOfDraft({ bytes, mode, permissions, owner }: Draft): FileVersion {
  return { sha256: sha256Of(bytes), mode, permissions, owner };
}

function toSteps(context: Context, drafts: Map<string, Draft | null>, bytes: Map<string, Uint8Array>): FileStep[] {
  const steps: FileStep[] = [];
  for (const [path, draft] of drafts) {
    const entry = context.observations.get(path)?.entry ?? { kind: "absent" };
    const before = versionOf(entry);
    const after = draft && versionOfDraft(draft);
    if (before?.sha256 === after?.sha256 && before?.mode === after?.mode) continue;
    if (before && (entry.kind === "file" || entry.kind === "symlink")) bytes.set(before.sha256, entry.bytes);
    if (draft && after) bytes.set(after.sha256, draft.bytes);
    steps.push({ path, before, after });
  }
  return steps.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Rejects with `conflict` and all of `details.conflicts`, `not_found` for a checkout that is gone, `limit_exceeded`, `invalid_input`. */
export async function planChange(root: string, change: Change, readBlob: ReadBlob): Promise<Plan> {
  const { wishes, conflicts } = collectWishes(change.files);
  const emptied = new Set(wishes.filter(({ type }) => type === "remove" || type === "vacate").map(({ path }) => path));
  const context: Context = { root, readBlob, observations: new Map(), emptied };
  const drafts = new Map<string, Draft | null>();
  for (const wish of wishes) {
    const draft = await collect(conflicts, wish.path, () => draftWish(context, wish));
    if (draft !== null || !drafts.has(wish.path)) drafts.set(wish.path, draft);
  }
  if (conflicts.length === 0) await checkSymlinks(root, drafts, conflicts);
  if (conflicts.length > 0)
    throw conflictError(conflicts, `change ${change.revision} of task ${change.taskId} does not fit the checkout`);
  const bytes = new Map<string, Uint8Array>();
  const files = toSteps(context, drafts, bytes);
  return { transition: { files, ...(await findDirectorySteps(root, files, context.observations)) }, bytes };
}
