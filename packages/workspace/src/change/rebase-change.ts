// The same change on a newer base: each file merged three-way between the base it was made on, the new base, and what it is to become.
// All files or none. Does not look at the checkout: the new base is a commit of it.
import { mergeThreeWay } from "@outpost/checkout";
import type { DerivedChange } from "@outpost/core";
import type { ApplyConflict, Change, ChangeFile, FileMode, GitObjectId } from "@outpost/protocol";
import { readBlobs } from "../git/blobs.ts";
import type { TreeEdit } from "../git/fast-import.ts";
import { listTree, type TreeEntry } from "../git/tree-listing.ts";
import type { Mirror } from "../mirror/mirror.ts";
import { deriveChange } from "./select-from-change.ts";

type FileRebase = { edits: TreeEdit[] } | { conflict: ApplyConflict };

export async function rebaseChange(
  mirror: Mirror,
  change: Change,
  baseCommit: GitObjectId,
  nowMs: () => number,
): Promise<{ baseCommit: GitObjectId; derived: DerivedChange | null; conflicts: ApplyConflict[] }> {
  const tree = new Map((await listTree(mirror, baseCommit)).entries.map((entry) => [entry.path, entry]));
  const now = (file: ChangeFile): TreeEntry | undefined => tree.get(file.oldPath ?? file.path);
  const ids = change.files.flatMap((file) => [file.oldBlob, file.newBlob, now(file)?.blob ?? null]);
  const blobs = await readBlobs(mirror, [...new Set(ids.filter((id) => id !== null))]);
  const rebased = change.files.map((file) => rebaseFile(file, now(file), tree, blobs));
  const conflicts = rebased.flatMap((file) => ("conflict" in file ? [file.conflict] : []));
  if (conflicts.length > 0) return { baseCommit, derived: null, conflicts };
  const edits = rebased.flatMap((file) => ("edits" in file ? file.edits : []));
  const derived = await deriveChange(mirror, change, { baseCommit, edits, name: "rebase", nowMs });
  return { baseCommit, derived, conflicts };
}

function rebaseFile(
  file: ChangeFile,
  now: TreeEntry | undefined,
  tree: ReadonlyMap<string, TreeEntry>,
  blobs: ReadonlyMap<string, Buffer>,
): FileRebase {
  const { path, oldPath, oldBlob, newBlob, newMode } = file;
  const conflict = (reason: string): FileRebase => ({ conflict: { path, reason } });
  const isNewPath = oldBlob === null || oldPath !== null;
  const inTheWay = isNewPath ? tree.get(path) : undefined;
  if (inTheWay && inTheWay.blob !== newBlob) return conflict("exists by now, with other content");
  if (oldBlob === null) return { edits: newBlob === null ? [] : [blobEdit(path, newMode, newBlob)] };
  if (now === undefined)
    return newBlob === null ? { edits: [] } : conflict(`"${oldPath ?? path}" was deleted since the task began`);
  if (newBlob === null)
    return now.blob === oldBlob
      ? { edits: [{ type: "delete", path }] }
      : conflict("changed, and the change deletes it");
  const leaving: TreeEdit[] = oldPath === null ? [] : [{ type: "delete", path: oldPath }];
  const mode = file.oldMode === newMode ? now.mode : newMode;
  if (now.blob === oldBlob) return { edits: [...leaving, blobEdit(path, mode, newBlob)] };
  const bytesOf = (id: string): Buffer => blobs.get(id) ?? Buffer.alloc(0);
  const isBinary = file.binary || [file.oldMode, newMode, now.mode].includes("120000");
  const merged = mergeThreeWay(bytesOf(oldBlob), bytesOf(now.blob), bytesOf(newBlob), isBinary);
  if ("reason" in merged) return { conflict: { path, ...merged } };
  return { edits: [...leaving, { type: "data", path, mode: mode ?? now.mode, bytes: merged.bytes }] };
}

function blobEdit(path: string, mode: FileMode | null, blob: string): TreeEdit {
  return { type: "blob", path, mode: mode ?? "100644", blob };
}
