// The base with a part of a change: as edits of the base's tree, then as a commit and the difference of the two.
// A file that became another kind (a symlink, say), was added or was deleted is taken whole or not at all.
import type { ChangeSelection, DerivedChange } from "@outpost/core";
import { type Change, type ChangeFile, GitObjectId, OutpostError } from "@outpost/protocol";
import { readBlobs } from "../git/blobs.ts";
import { diffTrees } from "../git/change-files.ts";
import { type TreeEdit, writeCommit } from "../git/fast-import.ts";
import type { Mirror } from "../mirror/mirror.ts";
import { type AcceptedHunk, composeFile } from "./compose-file.ts";

export async function selectFromChange(
  mirror: Mirror,
  change: Change,
  selection: ChangeSelection,
  nowMs: () => number,
): Promise<DerivedChange> {
  const partial = change.files.filter((file) => isPartial(file, selection));
  const wanted = partial.flatMap(({ oldBlob, newBlob }) => [oldBlob, newBlob]).filter((id) => id !== null);
  const blobs = await readBlobs(mirror, [...new Set(wanted)]);
  const edits = change.files.flatMap((file) => editsOf(file, selection, blobs));
  return deriveChange(mirror, change, { baseCommit: change.baseCommit, edits, name: "selection", nowMs });
}

/** Commits the edits on the base, and says what came of them. */
export async function deriveChange(
  mirror: Mirror,
  { taskId, revision }: Change,
  made: { baseCommit: GitObjectId; edits: readonly TreeEdit[]; name: string; nowMs: () => number },
): Promise<DerivedChange> {
  const { baseCommit, edits, name, nowMs } = made;
  const written = await writeCommit(mirror.git, {
    gitDir: mirror.gitDir,
    ref: `refs/outpost/${taskId}/${name}/${revision}`,
    parent: baseCommit,
    message: `${name} of revision ${revision}\n`,
    atMs: nowMs(),
    edits,
  });
  const files = await diffTrees(mirror, baseCommit, written.tree);
  const sum = (pick: (file: ChangeFile) => number) => files.reduce((all, file) => all + pick(file), 0);
  return {
    baseCommit,
    tree: GitObjectId.parse(written.tree),
    commit: GitObjectId.parse(written.commit),
    files,
    addedLines: sum((file) => file.addedLines),
    removedLines: sum((file) => file.removedLines),
  };
}

function acceptedOf(file: ChangeFile, { hunks }: ChangeSelection): AcceptedHunk[] {
  return file.hunks.flatMap((hunk) => {
    const lines = hunks.get(hunk.id);
    return lines === undefined ? [] : [{ hunk, lines }];
  });
}

/** Its bytes are neither the base's nor the change's. */
function isPartial(file: ChangeFile, selection: ChangeSelection): boolean {
  const accepted = acceptedOf(file, selection);
  return accepted.length > 0 && (accepted.length < file.hunks.length || accepted.some(({ lines }) => lines !== null));
}

function editsOf(file: ChangeFile, selection: ChangeSelection, blobs: ReadonlyMap<string, Buffer>): TreeEdit[] {
  const accepted = acceptedOf(file, selection);
  const isTaken = file.hunks.length === 0 ? selection.files.has(file.path) : accepted.length > 0;
  if (!isTaken) return [];
  const leaving: TreeEdit[] = file.oldPath === null ? [] : [{ type: "delete", path: file.oldPath }];
  if (!isPartial(file, selection)) return [...leaving, ...wholeEdit(file)];
  const isLink = file.newMode === "120000" || file.oldMode === "120000";
  if (isLink) throw new OutpostError("invalid_input", `"${file.path}" is a symlink; accept or reject it as it is`);
  const bytesOf = (id: string | null): Buffer => (id === null ? Buffer.alloc(0) : (blobs.get(id) ?? missing(id)));
  const bytes = composeFile(file.path, bytesOf(file.oldBlob), bytesOf(file.newBlob), accepted);
  // A deletion of which something was edited back in is an edit.
  const mode = file.newMode ?? file.oldMode ?? "100644";
  return [...leaving, { type: "data", path: file.path, mode, bytes }];
}

function wholeEdit({ path, newBlob, newMode }: ChangeFile): TreeEdit[] {
  if (newBlob === null || newMode === null) return [{ type: "delete", path }];
  return [{ type: "blob", path, mode: newMode, blob: newBlob }];
}

function missing(id: string): never {
  throw new OutpostError("not_found", `blob ${id} is not in the mirror`);
}
