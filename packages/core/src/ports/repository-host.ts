// The port of the mirrors: import from a source, worktrees for runs, apply to and revert in the user's checkout. packages/workspace implements it.
import type {
  AppliedFile,
  Change,
  Environment,
  GitObjectId,
  Repository,
  RepositoryId,
  RunId,
  TaskId,
} from "@outpost/protocol";
import type { ChangeEditor } from "./change-editor.ts";
import type { FileRules } from "./file-rules.ts";
import type { Worktree } from "./worktree.ts";

export interface ImportResult {
  isGit: boolean;
  headCommit: GitObjectId | null;
  headBranch: string | null;
}

export interface OpenWorktree {
  repository: Repository;
  taskId: TaskId;
  runId: RunId;
  /** In the directory's name, so that a worker that wakes up late has one of its own. */
  fence: number;
  baseCommit: GitObjectId;
  /** The checkpoint to start from; absent: the base. */
  checkpoint?: GitObjectId;
  /** Denied files are not in the worktree, and nothing shows them. Absent: every file may be written. */
  fileRules?: FileRules;
}

export interface RepositoryHost extends ChangeEditor {
  /**
   * Brings the mirror up to date with the source; makes it when it is not there. The source is only read. Rejects with `not_found`
   * (no such directory), `invalid_input` (not a directory, unsupported source), `forbidden` (not readable). A source without
   * commits imports with `headCommit: null`; a folder that is no git repository is imported as one commit.
   */
  import(repository: Repository, signal?: AbortSignal): Promise<ImportResult>;
  /** A commit in the mirror of HEAD plus the checkout's uncommitted and untracked (not ignored) files, byte for byte; parent: HEAD. */
  snapshot(repository: Repository): Promise<GitObjectId>;
  openWorktree(request: OpenWorktree): Promise<Worktree>;
  /** Which of the commits are in the mirror. */
  findCommits(repository: Repository, commits: readonly GitObjectId[]): Promise<Set<GitObjectId>>;
  /**
   * Drops checkpoints of a task: of each run all but the last, or with `keepPerRun` all but so many. What only they held is removed from
   * the mirror when it is old enough. Other refs are not touched. Resolves to how many went.
   */
  collectCheckpoints(repository: Repository, taskId: TaskId, keepPerRun?: number): Promise<number>;
  /**
   * Removes what is kept of tasks that are not there any more: refs, worktrees that were left behind, undo records. Repeating it is harmless.
   * No apply or revert of the repository may run meanwhile.
   */
  forgetTasks(repositoryId: RepositoryId, taskIds: readonly TaskId[]): Promise<void>;
  /** The bytes of a blob of the mirror. Rejects with `not_found`. */
  readBlob(repository: Repository, blob: GitObjectId): Promise<Uint8Array>;
  /** A file as it is in a commit of the mirror; null where there is none. Rejects with `not_found` when the commit is not there, `limit_exceeded` over `maxBytes`. */
  readFile(repositoryId: RepositoryId, commit: GitObjectId, path: string, maxBytes: number): Promise<Uint8Array | null>;
  /** The change as a patch that `git apply` accepts. */
  renderPatch(repository: Repository, change: Change): Promise<string>;
  /**
   * Writes the change into the checkout: every touched path must hold the base's bytes, or merge three-way without conflict. All
   * files or none: staged beside, fsync, rename, with a journal. Rejects with `conflict` and `details.conflicts` (`ApplyConflict[]`)
   * without having written anything. Returns what was written, and the name under which the bytes before are kept.
   */
  apply(repository: Repository, change: Change): Promise<{ files: AppliedFile[]; undo: string }>;
  /**
   * What `apply` returned for this change, when it was applied and not reverted since, whatever became of the checkout; null otherwise.
   * Rejects with `conflict` while an apply or revert is under way there.
   */
  findApplied(repository: Repository, change: Change): Promise<{ files: AppliedFile[]; undo: string } | null>;
  /**
   * Restores exactly the bytes before, and resolves to what was written. `conflict` (nothing written) where a path no longer holds the
   * bytes after; `details.threeWay` says whether `threeWay: true` would keep what changed since and take only the change out.
   */
  revert(
    repository: Repository,
    files: readonly AppliedFile[],
    undo: string,
    threeWay?: boolean,
  ): Promise<AppliedFile[]>;
  /** Finishes or undoes applies that a crash interrupted, and takes away the locks that it left in sources; says what it did, one line each. Run at start. */
  recover(): Promise<string[]>;
  /** What killed workers left of their worktrees; only while no worker runs. Resolves to the number of tasks that had any. */
  removeAllWorktrees(): Promise<number>;
  /** Removes mirror, worktrees, undo records. */
  remove(repositoryId: RepositoryId): Promise<void>;
  /** The cached result of the environment's set-up command, made when it is not there: mounts for the sandbox. Rejects with `unavailable` and the command's output when it fails. */
  prepareEnvironment(
    repository: Repository,
    environment: Environment,
    worktree: Worktree,
    signal: AbortSignal,
  ): Promise<EnvironmentMounts>;
}

export interface EnvironmentMounts {
  /** Host path → direct child of the worktree's root. Read-only. */
  directories: { source: string; name: string }[];
}
