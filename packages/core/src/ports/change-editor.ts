// The port that makes one change out of another, in the mirror: only the accepted hunks, or the same on a newer base. Nothing of the
// person's is written. packages/workspace implements it.
import type { ApplyConflict, Change, GitObjectId, Repository } from "@outpost/protocol";

export interface ChangeSelection {
  /** Accepted hunks by id: null as proposed; otherwise the lines that are to stand there instead, without terminators. */
  hunks: ReadonlyMap<string, readonly string[] | null>;
  /** Accepted paths of files that have no hunks: binary, empty, mode, renamed. With hunks, those decide. */
  files: ReadonlySet<string>;
}

/** A change without what only its caller knows. `commit`: of the tree, kept under `refs/outpost/<task>/` in the mirror. */
export type DerivedChange = Pick<Change, "baseCommit" | "tree" | "files" | "addedLines" | "removedLines"> & {
  commit: GitObjectId;
};

export interface ChangeEditor {
  /**
   * The base with what was selected, byte for byte: bytes of lines that were not edited are the base's or the change's own. `files` is
   * empty when nothing is left of it. Rejects with `invalid_input` for edited lines that cannot be written (of a file that is no UTF-8
   * text, with a line break or NUL in a line).
   */
  selectFromChange(repository: Repository, change: Change, selection: ChangeSelection): Promise<DerivedChange>;
  /**
   * The change on top of what the source's checkout holds now, three-way. `conflicts` names every path that does not merge; then
   * nothing is made and `derived` is null. `files` is empty when the checkout holds it all already.
   */
  rebaseChange(
    repository: Repository,
    change: Change,
  ): Promise<{ baseCommit: GitObjectId; derived: DerivedChange | null; conflicts: ApplyConflict[] }>;
}
