// Brings a mirror up to date with its source: a fetch from a git checkout, or one commit of a plain folder.
// The source is only read. Invariant: the mirror's source ref names what the source's HEAD named, or what the folder held.
import { lstat, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ImportResult } from "@outpost/core";
import { GitObjectId } from "@outpost/protocol";
import type { StatCache } from "@outpost/retrieval";
import { writeCommit } from "../git/fast-import.ts";
import type { GitRunner } from "../git/git-runner.ts";
import type { TreeListing } from "../git/tree-listing.ts";
import { listTree } from "../git/tree-listing.ts";
import { listCheckout } from "../source-tree/checkout-listing.ts";
import { describeHead, placeOf } from "../source-tree/checkout-source-tree.ts";
import { fetchFromSource } from "./fetch-from-source.ts";
import { createMirror, findMirror, findRef, type Mirror, SOURCE_REF } from "./mirror.ts";
import { type GitSource, type SourceLocation, withoutWorkTree } from "./source-location.ts";
import { editsFrom } from "./tree-edits.ts";

export interface ImportRequest {
  git: GitRunner;
  /** Where the mirror is, or is to be. */
  mirrorDir: string;
  location: SourceLocation;
  /** Of a plain folder: kept from import to import. */
  known: StatCache;
  nowMs: () => number;
  signal?: AbortSignal | undefined;
}

const MAX_EXCLUDE_BYTES = 64_000;
const MAX_ATTEMPTS = 8;

export async function importSource(request: ImportRequest): Promise<ImportResult> {
  const { git, mirrorDir, location, signal } = request;
  const head = await describeHead(git, location, signal);
  const mirror = (await findMirror(git, mirrorDir)) ?? (await createMirror(git, mirrorDir, head.format));
  if (location.kind === "folder") return importFolder(request, mirror, location.root);
  await copyExcludes(location, mirror);
  const headBranch = await findBranch(git, location, signal);
  if (head.commit === null) return { isGit: true, headCommit: null, headBranch };
  if ((await findRef(mirror, SOURCE_REF)) === head.commit)
    return { isGit: true, headCommit: GitObjectId.parse(head.commit), headBranch };
  await fetchFromSource(mirror, location, { from: "HEAD", to: SOURCE_REF }, signal).catch(async (error: unknown) => {
    // Another process may have been importing the same at the same time.
    if ((await findRef(mirror, SOURCE_REF)) !== head.commit) throw error;
  });
  // What was fetched counts, should HEAD have moved in between.
  const fetched = await findRef(mirror, SOURCE_REF);
  return { isGit: true, headCommit: fetched === null ? null : GitObjectId.parse(fetched), headBranch };
}

async function findBranch(
  git: GitRunner,
  location: GitSource,
  signal: AbortSignal | undefined,
): Promise<string | null> {
  const output = await git.run({
    args: ["symbolic-ref", "--quiet", "HEAD"],
    ...withoutWorkTree(location),
    readable: location.gitDirectories,
    okExitCodes: [0, 1],
    signal,
  });
  const ref = output.text.trim();
  return ref.startsWith("refs/heads/") ? ref.slice("refs/heads/".length) : null;
}

/** What the user ignores only in this clone is ignored in worktrees too. */
async function copyExcludes(location: GitSource, mirror: Mirror): Promise<void> {
  const source = join(location.commonDir, "info/exclude");
  const found = await lstat(source).catch(() => null);
  const text = found?.isFile() && found.size <= MAX_EXCLUDE_BYTES ? await readFile(source).catch(() => "") : "";
  await writeFile(join(mirror.gitDir, "info/exclude"), text);
}

const nothing: TreeListing = { entries: [], submodules: [], unreadableNames: [] };

async function importFolder(request: ImportRequest, mirror: Mirror, root: string, attempt = 1): Promise<ImportResult> {
  const { git, known, nowMs, signal } = request;
  const parent = await findRef(mirror, SOURCE_REF);
  const place = placeOf(request.location);
  const now = await listCheckout({ git, place, format: mirror.objectFormat, known, nowMs, signal });
  const before = parent === null ? nothing : await listTree(mirror, parent, signal);
  const edits = await editsFrom(root, before, now);
  if (parent !== null && edits.length === 0) {
    return { isGit: false, headCommit: GitObjectId.parse(parent), headBranch: null };
  }
  if (parent === null && edits.length === 0) return { isGit: false, headCommit: null, headBranch: null };
  const message = `import of the folder\n`;
  const written = await writeCommit(git, {
    gitDir: mirror.gitDir,
    ref: SOURCE_REF,
    parent,
    message,
    atMs: nowMs(),
    edits,
    signal,
  }).catch(async (error: unknown) => {
    // Another process may have imported the same at the same time: what it wrote is what to compare with now.
    if (attempt >= MAX_ATTEMPTS || (await findRef(mirror, SOURCE_REF)) === parent) throw error;
    return null;
  });
  if (written === null) return importFolder(request, mirror, root, attempt + 1);
  return { isGit: false, headCommit: GitObjectId.parse(written.commit), headBranch: null };
}
