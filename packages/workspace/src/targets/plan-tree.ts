// A change and a commit's tree → the edits that make the change's result of it, with the bytes, or the list of all conflicts. Writes nothing.
// The same wishes and the same three-way merge as in a checkout; only what is there comes from git. Does not know branches.

import {
  collectWishes,
  conflictError,
  mergeThreeWay,
  PathConflict,
  parentsOf,
  type ReadBlob,
  type Side,
  sha256Of,
  toConflict,
  type Wish,
} from "@outpost/checkout";
import { type AppliedFile, type ApplyConflict, type Change, type FileMode, OutpostError } from "@outpost/protocol";
import { readBlobs } from "../git/blobs.ts";
import type { TreeEdit } from "../git/fast-import.ts";
import { listTree, type TreeEntry } from "../git/tree-listing.ts";
import type { Mirror } from "../mirror/mirror.ts";

export interface TreePlan {
  edits: TreeEdit[];
  files: AppliedFile[];
}

interface TreeRequest {
  mirror: Mirror;
  /** Null: there is no commit yet. */
  commit: string | null;
  change: Change;
  readBlob: ReadBlob;
  /** What the tree belongs to, for words: `branch "x"`. */
  where: string;
}

interface Present {
  bytes: Uint8Array;
  mode: FileMode;
}

interface Context {
  entries: Map<string, TreeEntry>;
  submodules: readonly string[];
  emptied: Set<string>;
  where: string;
  readBlob: ReadBlob;
  readEntry(entry: TreeEntry): Promise<Uint8Array>;
}

/** Rejects with `conflict` and `details.conflicts`, `limit_exceeded` or `invalid_input`. */
export async function planTree(request: TreeRequest): Promise<TreePlan> {
  const { change, where } = request;
  const { wishes, conflicts } = collectWishes(change.files);
  const context = await look(request, wishes);
  const before = new Map<string, Present | null>();
  const after = new Map<string, Present | null>();
  for (const wish of wishes) {
    const found = context.entries.get(wish.path);
    const draft = await collect(conflicts, wish.path, () => draftWish(context, wish));
    before.set(wish.path, found ? { bytes: await context.readEntry(found), mode: found.mode } : null);
    if (draft || !after.has(wish.path)) after.set(wish.path, draft);
  }
  if (conflicts.length > 0)
    throw conflictError(conflicts, `change ${change.revision} of task ${change.taskId} does not fit ${where}`);
  return toPlan(before, after);
}

async function look(
  { mirror, commit, change, readBlob, where }: TreeRequest,
  wishes: readonly Wish[],
): Promise<Context> {
  const listing = commit === null ? { entries: [], submodules: [] } : await listTree(mirror, commit);
  const entries = new Map(listing.entries.map((entry) => [entry.path, entry]));
  const touched = new Set(change.files.flatMap(({ path, oldPath }) => [path, oldPath ?? path]));
  const blobs = await readBlobs(
    mirror,
    [...touched].flatMap((path) => entries.get(path)?.blob ?? []),
  );
  return {
    entries,
    submodules: listing.submodules,
    emptied: new Set(wishes.filter(({ type }) => type === "remove" || type === "vacate").map(({ path }) => path)),
    where,
    readBlob,
    async readEntry({ blob, path }) {
      const bytes = blobs.get(blob);
      if (bytes === undefined) throw new OutpostError("not_found", `blob ${blob} of "${path}" is not in the mirror`);
      return bytes;
    },
  };
}

async function collect<T>(conflicts: ApplyConflict[], path: string, draft: () => Promise<T>): Promise<T | null> {
  try {
    return await draft();
  } catch (error) {
    if (!(error instanceof PathConflict)) throw error;
    conflicts.push(toConflict(path, error.message, error.hunks));
    return null;
  }
}

function requireEntry({ entries, where }: Context, path: string, base: Side): TreeEntry {
  const entry = entries.get(path);
  if (!entry) throw new PathConflict(`is not in ${where}; choose another target, or run the task again`);
  if ((entry.mode === "120000") !== (base.mode === "120000"))
    throw new PathConflict(`is ${entry.mode === "120000" ? "a" : "no"} symlink in ${where}`);
  return entry;
}

/** The path must be free, or be freed by the change itself; and so must be what lies above and below it. */
function requireFree({ entries, submodules, emptied, where }: Context, path: string): void {
  const isTaken = (other: string) => entries.has(other) && !emptied.has(other);
  if (isTaken(path)) throw new PathConflict(`exists in ${where} already, and the change would add it`);
  const parents = parentsOf(path);
  const file = parents.find(isTaken) ?? [path, ...parents].find((other) => submodules.includes(other));
  if (file !== undefined)
    throw new PathConflict(`needs a directory "${file}", which is a file or submodule in ${where}`);
  for (const other of entries.keys())
    if (other.startsWith(`${path}/`) && !emptied.has(other))
      throw new PathConflict(`is a directory in ${where} that holds "${other}"`);
}

async function draftWish(context: Context, wish: Wish): Promise<Present | null> {
  switch (wish.type) {
    case "add":
      requireFree(context, wish.path);
      return { bytes: await context.readBlob(wish.next.blob), mode: wish.next.mode };
    case "vacate":
      requireEntry(context, wish.path, wish.base);
      return null;
    case "remove":
      if (requireEntry(context, wish.path, wish.base).blob !== wish.base.blob)
        throw new PathConflict(`changed in ${context.where} since the task began, and the change deletes it`);
      return null;
    case "edit":
      return draftEdit(context, wish);
  }
}

async function draftEdit(context: Context, wish: Wish & { type: "edit" }): Promise<Present> {
  const { base, next } = wish;
  const entry = requireEntry(context, wish.source, base);
  if (wish.source !== wish.path) requireFree(context, wish.path);
  const [baseBytes, current, nextBytes] = await Promise.all([
    context.readBlob(base.blob),
    context.readEntry(entry),
    context.readBlob(next.blob),
  ]);
  const isLink = base.mode === "120000" || next.mode === "120000";
  const merged = mergeThreeWay(baseBytes, current, nextBytes, wish.binary || isLink);
  if ("reason" in merged) throw new PathConflict(merged.reason, merged.hunks);
  return { bytes: merged.bytes, mode: base.mode === next.mode ? entry.mode : next.mode };
}

function toPlan(before: Map<string, Present | null>, after: Map<string, Present | null>): TreePlan {
  const plan: TreePlan = { edits: [], files: [] };
  for (const [path, next] of [...after].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const old = before.get(path) ?? null;
    const file = {
      path,
      beforeHash: old && sha256Of(old.bytes),
      afterHash: next && sha256Of(next.bytes),
      beforeMode: old?.mode ?? null,
      afterMode: next?.mode ?? null,
    };
    if (file.beforeHash === file.afterHash && file.beforeMode === file.afterMode) continue;
    plan.files.push(file);
    plan.edits.push(next ? { type: "data", path, ...next } : { type: "delete", path });
  }
  return plan;
}
