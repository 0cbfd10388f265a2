// The ports of a run's worktree: files, git, checkpoints. packages/workspace implements them; tools and the worker use them.
// Paths are relative to the worktree's root, with "/" between parts; what leaves it is `forbidden`.
import type { Change, GitObjectId } from "@outpost/protocol";

export interface FileContent {
  bytes: Uint8Array;
  /** SHA-256 in hexadecimal: what `write` must be given back. */
  sha256: string;
  executable: boolean;
}

export interface DirectoryEntry {
  name: string;
  kind: "file" | "directory" | "symlink" | "other";
  /** Bytes; 0 for what is no file. */
  size: number;
}

export interface WorktreeFiles {
  /** Rejects: `not_found` (the message names the nearest existing paths), `forbidden` (leaves the worktree, `.git`, a symlink on the way), `invalid_input` (a directory or special file), `limit_exceeded` (over `maxBytes`, default 10 MB). */
  read(path: string, options?: { maxBytes?: number }): Promise<FileContent>;
  /**
   * Replaces the file at once (temporary file beside it, fsync, rename); makes missing directories; keeps the mode of what was there.
   * `expectedSha256`: of the bytes that the writer saw; null: the file must not exist. `conflict` when that does not hold; `forbidden`
   * as in `read`, and for a target with more than one hard link.
   */
  write(path: string, bytes: Uint8Array, expectedSha256: string | null): Promise<{ sha256: string }>;
  /** Rejects with `not_found` when it is not there. */
  remove(path: string, expectedSha256: string): Promise<void>;
  /** Sorted by name, at most `limit` (default 1000), `.git` left out. Rejects with `not_found`, or `invalid_input` for a file. */
  list(path: string, limit?: number): Promise<{ entries: DirectoryEntry[]; truncated: boolean }>;
  /** Files that git would track (tracked, and untracked but not ignored) whose path matches the glob (`*`, `**`, `?`, `{a,b}`; a pattern without "/" matches the name anywhere); sorted. */
  find(glob: string, limit: number): Promise<{ paths: string[]; truncated: boolean }>;
}

export interface GrepMatch {
  path: string;
  line: number;
  text: string;
}

export interface GrepOptions {
  pattern: string;
  /** A fixed string unless true: then a POSIX extended regular expression. */
  regex: boolean;
  ignoreCase: boolean;
  /** Glob as in `find`. */
  path?: string;
  limit: number;
}

export interface WorktreeGit {
  /** Against the base: what the run changed so far, with the untracked. */
  status(): Promise<{ path: string; kind: "added" | "modified" | "deleted" | "renamed" | "mode" }[]>;
  /** Unified diff against the base (or of `path` only); text for reading, cut at `maxBytes`. */
  diff(options?: { path?: string; maxBytes?: number }): Promise<string>;
  log(options: {
    limit: number;
    path?: string;
  }): Promise<{ commit: GitObjectId; author: string; atMs: number; subject: string }[]>;
  /** Moves the worktree's HEAD only. `invalid_input` when there is nothing to commit. */
  commit(message: string): Promise<GitObjectId>;
  grep(options: GrepOptions): Promise<{ matches: GrepMatch[]; truncated: boolean }>;
}

export interface Worktree {
  /** Absolute path on the host, for mounting into the sandbox. */
  readonly root: string;
  readonly baseCommit: GitObjectId;
  readonly files: WorktreeFiles;
  readonly git: WorktreeGit;
  /** Records the worktree byte for byte under `refs/outpost/<task>/<run>/<number>` in the mirror. Null when nothing changed since the last one. */
  checkpoint(number: number): Promise<{ commit: GitObjectId; files: string[] } | null>;
  /** Whether the worktree differs from the base. */
  isChanged(): Promise<boolean>;
  /** The change from base to now; null when nothing differs. Revision, summary, tests and target are the caller's. */
  diffToBase(): Promise<Pick<Change, "baseCommit" | "tree" | "files" | "addedLines" | "removedLines"> | null>;
  /** Removes the worktree's directory; its checkpoints stay. */
  close(): Promise<void>;
}
