// The port of a tree of files that can be indexed: a checkout with its dirty state, a commit, a worktree. workspace implements it.

export interface SourceFile {
  /** Relative, "/" between parts; valid UTF-8 (a name that is not is listed in `problems`). */
  path: string;
  /** Git blob id of the raw bytes (no filters): equal bytes, equal id. */
  blob: string;
  bytes: number;
}

export interface SourceListing {
  files: SourceFile[];
  /** What is listed but is no file to index: symlinks, submodules, unreadable files, names that are not UTF-8. */
  problems: { path: string; reason: "symlink" | "submodule" | "unreadable"; detail: string }[];
  /** The commit that the tree is, or is based on; null when there is none. */
  commit: string | null;
}

export interface SourceTree {
  /**
   * All files, tracked and untracked but not ignored (`git ls-files` semantics; for a folder that is no repository a walk that skips
   * `.git`, `node_modules`, virtual environments, build outputs and caches), sorted by path. `known`: what a listing before found, by
   * path with size and mtime, so that unchanged files need not be read again; updated in place.
   */
  list(known: StatCache, signal?: AbortSignal): Promise<SourceListing>;
  /**
   * What these paths hold now, where that can be told without a whole listing: the bytes of each that would be listed, null for what
   * would not. Null: only a whole listing tells (a rule of what is ignored changed, a symlink, a directory, a large file).
   */
  readPaths?(
    paths: readonly string[],
    last: LastListing,
    signal?: AbortSignal,
  ): Promise<{ path: string; content: Uint8Array | null }[] | null>;
  /** The bytes of a listed file. Rejects with `not_found` when it is gone, `forbidden` when it may not be read, `conflict` when its blob id is no longer `file.blob`. */
  read(file: SourceFile): Promise<Uint8Array>;
}

/** The listing that paths are compared with. Nothing has changed since that says which files belong to the tree. */
export interface LastListing {
  commit: string | null;
  /** Of the paths, those that it listed as files: they are listed still, if they are files. */
  listed: Pick<ReadonlySet<string>, "has">;
}

/** path → what stat said and the blob id then. Entries with an mtime within two seconds of the listing are not trusted. */
export type StatCache = Map<string, { size: number; mtimeNs: bigint; inode: bigint; blob: string }>;
