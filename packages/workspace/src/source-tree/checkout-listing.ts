// What a checkout holds right now: every file git tracks or would track, with mode and the blob id of its raw bytes.
// Knows git's listing and the disk, not who asks. The source is only read; nothing of it is executed.
import { setImmediate } from "node:timers/promises";
import type { SourceListing, StatCache } from "@outpost/retrieval";
import { decodeName, describeName } from "../git/fields.ts";
import type { GitRunner } from "../git/git-runner.ts";
import type { ObjectFormat } from "../git/object-id.ts";
import { parseTaggedListing } from "../git/tagged-listing.ts";
import type { TreeEntry } from "../git/tree-listing.ts";
import { createFileHasher } from "./file-hasher.ts";
import { walkFolder } from "./folder-walk.ts";
import { sortPaths } from "./path-order.ts";

/** Where a tree of files is, and which git directory and index say what belongs to it; none for a plain folder. */
export interface CheckoutPlace {
  root: string;
  git: { gitDir: string; readable: readonly string[]; index?: string } | null;
}

export interface CheckoutListing {
  /** Regular files and symlinks, sorted. */
  entries: TreeEntry[];
  problems: SourceListing["problems"];
  /** Paths about which the disk says nothing: left out by a sparse checkout, submodules, unreadable. */
  unseen: Set<string>;
}

interface Names {
  paths: Iterable<string>;
  sparse: ReadonlySet<string>;
  submodules: ReadonlySet<string>;
  problems: SourceListing["problems"];
}

export interface ListCheckoutOptions {
  git: GitRunner;
  place: CheckoutPlace;
  format: ObjectFormat;
  known: StatCache;
  nowMs: () => number;
  signal?: AbortSignal | undefined;
}

/** Rejects as git does, and with `limit_exceeded` for more than 256 MB of names or 500,000 files of a plain folder. */
export async function listCheckout(options: ListCheckoutOptions): Promise<CheckoutListing> {
  const { place, format, known, signal } = options;
  const startedAtMs = options.nowMs();
  const names = place.git === null ? await namesOfFolder(place.root, signal) : await namesOfGit(options, place.git);
  const look = createFileHasher(place.root, format, known, startedAtMs);
  const listing: CheckoutListing = { entries: [], problems: names.problems, unseen: new Set(names.submodules) };
  for (const path of names.submodules) listing.problems.push({ path, reason: "submodule", detail: "a submodule" });
  let sinceBreath = 0;
  for (const path of names.paths) {
    const file = look(path);
    if (file.kind === "file") {
      listing.entries.push({ path, mode: file.mode, blob: file.blob, bytes: file.bytes });
    } else if (file.kind === "unreadable") {
      listing.problems.push({ path, reason: "unreadable", detail: file.detail });
      listing.unseen.add(path);
    } else if (file.kind === "absent" && names.sparse.has(path)) listing.unseen.add(path);
    if (++sinceBreath === 256) {
      sinceBreath = 0;
      await setImmediate();
      signal?.throwIfAborted();
    }
  }
  sortPaths(listing.entries, (entry) => entry.path);
  forgetGone(known, listing.entries);
  return listing;
}

async function namesOfFolder(root: string, signal: AbortSignal | undefined): Promise<Names> {
  const found = await walkFolder(root, signal);
  const problems = found.unreadable.map((problem) => ({ ...problem, reason: "unreadable" as const }));
  return { paths: found.paths, sparse: new Set(), submodules: new Set(), problems };
}

async function namesOfGit(options: ListCheckoutOptions, git: NonNullable<CheckoutPlace["git"]>): Promise<Names> {
  const output = await options.git.run({
    args: ["ls-files", "-z", "-t", "--stage", "--others", "--cached", "--exclude-standard"],
    gitDir: git.gitDir,
    workTree: options.place.root,
    ...(git.index === undefined ? {} : { index: git.index }),
    readable: [options.place.root, ...git.readable],
    maxOutputBytes: 256_000_000,
    signal: options.signal,
  });
  const paths = new Set<string>();
  const sparse = new Set<string>();
  const submodules = new Set<string>();
  // Git goes on without directories that it may not open; whoever asks must not take them for empty.
  const problems: SourceListing["problems"] = [
    ...output.errorText.matchAll(/^warning: could not open directory '(.+?)\/?': (.+)$/gm),
  ].map(([, path = "", detail = ""]) => ({ path, reason: "unreadable", detail }));
  for (const { tag, isSubmodule, name } of parseTaggedListing(output.bytes)) {
    const path = decodeName(name);
    if (path === null) {
      problems.push({ path: describeName(name), reason: "unreadable", detail: "the name is not UTF-8" });
    } else if (isSubmodule) submodules.add(path);
    else if (path.endsWith("/")) submodules.add(path.slice(0, -1));
    else {
      paths.add(path);
      if (tag === "S") sparse.add(path);
    }
  }
  return { paths, sparse, submodules, problems };
}

function forgetGone(known: StatCache, entries: readonly TreeEntry[]): void {
  if (known.size <= entries.length) return;
  const present = new Set(entries.map((entry) => entry.path));
  for (const path of known.keys()) if (!present.has(path)) known.delete(path);
}
