// The port of what accepted changes become besides files of a checkout: commits on branches of the source, and pushes. packages/workspace
// implements it. The user's repository is written under git's own locks, by compare-and-swap; nothing is ever checked out there.
import type { AppliedCommit, AppliedFile, Change, Repository } from "@outpost/protocol";

export interface CommitWords {
  /** The task's instruction: the subject. */
  instruction: string;
  /** "Name <address>". */
  author: string;
}

export interface ChangeTargets {
  /**
   * One commit on the branch, which is made from HEAD when it is not there; merged three-way when the branch moved on. A commit of the same
   * revision that is there already is returned again. Rejects with `conflict` (nothing written; `details.conflicts` where it does not fit;
   * also for a branch that is checked out somewhere), `invalid_input` (no git repository, no name for a branch).
   */
  commitToBranch(
    repository: Repository,
    change: Change,
    branch: string,
    words: CommitWords,
  ): Promise<{ files: AppliedFile[]; commit: AppliedCommit }>;
  /**
   * The commit of this revision that is on some branch and was not taken back, with what it wrote; null: there is none, or no git repository.
   * `sinceMs`: none is looked for that is older.
   */
  findCommit(
    repository: Repository,
    change: Change,
    sinceMs: number,
  ): Promise<{ files: AppliedFile[]; commit: AppliedCommit } | null>;
  /**
   * The branch goes back to what it named while the commit is its tip and was not pushed. Otherwise `conflict` with `details.threeWay`, or
   * with `threeWay` one more commit that takes the change out. Resolves to what the branch names now; null: it is gone again.
   */
  revertBranch(
    repository: Repository,
    change: Change,
    applied: AppliedCommit,
    options: CommitWords & { threeWay: boolean },
  ): Promise<string | null>;
  /**
   * Looks whether an apply to the checkout can be followed by a commit of it; rejects with `conflict` when it cannot: HEAD detached, a merge
   * or rebase under way, staged changes of the same paths, HEAD does not take the change. The function commits, after the files were written; a commit of
   * the same revision that is on the branch already is returned again.
   */
  prepareCheckoutCommit(
    repository: Repository,
    change: Change,
    words: CommitWords,
  ): Promise<() => Promise<AppliedCommit>>;
  /** After the files were reverted. Null: the branch went back; otherwise why the commit stays, for people. */
  revertCheckoutCommit(repository: Repository, applied: AppliedCommit): Promise<string | null>;
  /**
   * Pushes the commit to the branch of the same name at the operator's remote for the repository, never forced. Resolves to the remote's
   * name for people. Rejects with `invalid_input` (no remote is configured), `forbidden` (a protected branch), `conflict` (the remote has
   * other commits there), `unavailable` (not reached, not let in).
   */
  push(repository: Repository, applied: Pick<AppliedCommit, "branch" | "commit">): Promise<string>;
}
