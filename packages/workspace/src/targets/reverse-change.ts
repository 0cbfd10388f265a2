// The change that takes a change back: every side swapped. Pure; hunks are left out, since only blobs are applied.
import type { Change, ChangeFile } from "@outpost/protocol";

const kinds: Record<ChangeFile["kind"], ChangeFile["kind"]> = {
  added: "deleted",
  deleted: "added",
  modified: "modified",
  renamed: "renamed",
  mode: "mode",
};

function reverseFile(file: ChangeFile): ChangeFile {
  return {
    ...file,
    path: file.oldPath ?? file.path,
    oldPath: file.oldPath === null ? null : file.path,
    kind: kinds[file.kind],
    oldMode: file.newMode,
    newMode: file.oldMode,
    oldBlob: file.newBlob,
    newBlob: file.oldBlob,
    addedLines: file.removedLines,
    removedLines: file.addedLines,
    hunks: [],
  };
}

export function reverseChange(change: Change): Change {
  return { ...change, files: change.files.map(reverseFile) };
}
