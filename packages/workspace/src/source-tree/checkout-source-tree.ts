// A checkout with its uncommitted state, or a run's worktree, as a tree of files that can be indexed.
// Invariant: a read gives exactly the bytes of the listed blob id, or rejects.
import { readPlace, toOutpostError } from "@outpost/checkout";
import { OutpostError, type RepositorySource } from "@outpost/protocol";
import type { SourceFile, SourceListing, SourceTree } from "@outpost/retrieval";
import type { GitRunner } from "../git/git-runner.ts";
import { blobIdOf, formatOfObjectId, type ObjectFormat } from "../git/object-id.ts";
import { locateSource, type SourceLocation } from "../mirror/source-location.ts";
import { type CheckoutPlace, listCheckout } from "./checkout-listing.ts";

export interface CheckoutSourceTreeOptions {
  git: GitRunner;
  source: RepositorySource;
  nowMs?: () => number;
}

/** A path source as it is on disk. `list` rejects as `locateSource` does when the source is gone. */
export function createCheckoutSourceTree(options: CheckoutSourceTreeOptions): SourceTree {
  return {
    async list(known, signal) {
      const location = await locateSource(options.source);
      const { format, commit } = await describeHead(options.git, location, signal);
      const place = placeOf(location);
      return listPlace({ git: options.git, place, format, commit, known, signal, nowMs: options.nowMs ?? Date.now });
    },
    async read(file) {
      return readListedFile((await locateSource(options.source)).root, file);
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
    gitDir: location.gitDir,
    readable: location.gitDirectories,
    okExitCodes: [0, 1],
    signal,
  });
  const lines = output.text.trim().split("\n");
  return { format: lines[0] === "sha256" ? "sha256" : "sha1", commit: lines[1] ?? null };
}

/** Rejects with `not_found`, `forbidden` and `conflict` as `SourceTree.read` says. */
export async function readListedFile(root: string, file: SourceFile): Promise<Uint8Array> {
  const entry = await readPlace(root, file.path, file.bytes).catch((error: unknown) => {
    throw toOutpostError(error, file.path);
  });
  if (entry.kind === "file" && blobIdOf(entry.bytes, formatOfObjectId(file.blob)) === file.blob) return entry.bytes;
  if (entry.kind === "file" || entry.kind === "large") {
    throw new OutpostError("conflict", `file "${file.path}" changed since it was listed; list again`, {
      retryable: true,
    });
  }
  const what = entry.kind === "symlink" ? "is a symlink now" : "is no file any more, or lies behind a symlink";
  throw new OutpostError("not_found", `"${file.path}" ${what}; list again`);
}
