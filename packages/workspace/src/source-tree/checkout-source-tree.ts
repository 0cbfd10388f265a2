// A checkout with its uncommitted state, or a run's worktree, as a tree of files that can be indexed.
// Invariant: a read gives exactly the bytes of the listed blob id, or rejects.
import type { RepositorySource } from "@outpost/protocol";
import type { SourceFile, SourceListing, SourceTree } from "@outpost/retrieval";
import type { GitRunner } from "../git/git-runner.ts";
import type { ObjectFormat } from "../git/object-id.ts";
import { locateSource, type SourceLocation, withoutWorkTree } from "../mirror/source-location.ts";
import { type CheckoutPlace, listCheckout } from "./checkout-listing.ts";
import { readListedFile } from "./listed-file.ts";
import { readPathsOfFolder, readPathsOfGit } from "./read-paths.ts";

export interface CheckoutSourceTreeOptions {
  git: GitRunner;
  source: RepositorySource;
  nowMs?: () => number;
}

/** A path source as it is on disk. `list` rejects as `locateSource` does when the source is gone. */
export function createCheckoutSourceTree(options: CheckoutSourceTreeOptions): SourceTree {
  /** Where the last listing found it: what it listed is read there. */
  let root: string | null = null;
  return {
    async list(known, signal) {
      const location = await locateSource(options.source);
      root = location.root;
      const { format, commit } = await describeHead(options.git, location, signal);
      const place = placeOf(location);
      return listPlace({ git: options.git, place, format, commit, known, signal, nowMs: options.nowMs ?? Date.now });
    },
    async readPaths(paths, last, signal) {
      const location = await locateSource(options.source);
      // What was listed as a git checkout and is a folder now holds other files.
      if (location.kind === "folder") return last.commit === null ? readPathsOfFolder(location.root, paths) : null;
      return readPathsOfGit(options.git, location, { paths, listed: last.listed, signal });
    },
    async read(file) {
      root ??= (await locateSource(options.source)).root;
      return readListedFile(root, file);
    },
  };
}

export function placeOf(location: SourceLocation): CheckoutPlace {
  if (location.kind === "folder") return { root: location.root, git: null };
  return { root: location.root, git: { gitDir: location.gitDir, readable: location.gitDirectories } };
}

/** The listing of a place, symlinks moved to the problems. */
export async function listPlace(
  options: Parameters<typeof listCheckout>[0] & { commit: string | null },
): Promise<SourceListing> {
  const listing = await listCheckout(options);
  const files: SourceFile[] = [];
  const problems = [...listing.problems];
  for (const { path, mode, blob, bytes } of listing.entries) {
    if (mode === "120000") problems.push({ path, reason: "symlink", detail: "a symlink" });
    else files.push({ path, blob, bytes });
  }
  return { files, problems, commit: options.commit };
}

/** Object format and HEAD of a source; a plain folder hashes as SHA-1 and has no commit. */
export async function describeHead(
  git: GitRunner,
  location: SourceLocation,
  signal?: AbortSignal,
): Promise<{ format: ObjectFormat; commit: string | null }> {
  if (location.kind === "folder") return { format: "sha1", commit: null };
  const output = await git.run({
    args: ["rev-parse", "--show-object-format", "--verify", "--quiet", "HEAD"],
    ...withoutWorkTree(location),
    readable: location.gitDirectories,
    okExitCodes: [0, 1],
    signal,
  });
  const lines = output.text.trim().split("\n");
  return { format: lines[0] === "sha256" ? "sha256" : "sha1", commit: lines[1] ?? null };
}
