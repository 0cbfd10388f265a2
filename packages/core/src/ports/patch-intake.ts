// The port that turns a unified diff from outside into a change. packages/workspace implements it.
import type { Change, GitObjectId, PatchPlacement, Repository, TaskId } from "@outpost/protocol";

export interface ReceivePatch {
  repository: Repository;
  /** Whose change it is to become: its objects are kept under the task's own refs. */
  taskId: TaskId;
  /** In the mirror. */
  baseCommit: GitObjectId;
  patch: Uint8Array;
}

export interface PatchIntake {
  /**
   * All of the patch or nothing. Rejects with `invalid_input` (no diff, broken, binary; the message names the line), `forbidden` (a path
   * that leaves the repository), `conflict` and `details.conflicts` (it does not fit), `limit_exceeded`. `placements`: hunks that did not
   * fit exactly where they said.
   */
  receive(request: ReceivePatch): Promise<{
    change: Pick<Change, "baseCommit" | "tree" | "files" | "addedLines" | "removedLines">;
    /** Holds the tree. */
    commit: GitObjectId;
    placements: PatchPlacement[];
  }>;
}
