// A commit of HEAD plus what the checkout holds beyond it: uncommitted and untracked files, byte for byte.
// The user's index and refs are not touched; the commit lives in the mirror.
import { GitObjectId, OutpostError } from "@outpost/protocol";
import type { StatCache } from "@outpost/retrieval";
import { writeCommit } from "../git/fast-import.ts";
import type { GitRunner } from "../git/git-runner.ts";
import { listTree } from "../git/tree-listing.ts";
import { listCheckout } from "../source-tree/checkout-listing.ts";
import { placeOf } from "../source-tree/checkout-source-tree.ts";
import type { Mirror } from "./mirror.ts";
import type { SourceLocation } from "./source-location.ts";
import { editsFrom } from "./tree-edits.ts";

const SNAPSHOT_REF = "refs/outpost/source/snapshot";

export interface SnapshotRequest {
  git: GitRunner;
  mirror: Mirror;
  location: SourceLocation;
  /** HEAD, already in the mirror; null when the source has no commit. */
  headCommit: string | null;
  known: StatCache;
  nowMs: () => number;
}

/** HEAD itself when the checkout holds nothing else. Rejects with `invalid_input` when there is neither a commit nor a file. */
export async function snapshotSource(request: SnapshotRequest): Promise<GitObjectId> {
  const { git, mirror, location, headCommit, known, nowMs } = request;
  const now = await listCheckout({ git, place: placeOf(location), format: mirror.objectFormat, known, nowMs });
  const before =
    headCommit === null ? { entries: [], submodules: [], unreadableNames: [] } : await listTree(mirror, headCommit);
  const edits = await editsFrom(location.root, before, now);
  if (edits.length === 0) {
    if (headCommit !== null) return GitObjectId.parse(headCommit);
    throw new OutpostError("invalid_input", `"${location.root}" holds neither a commit nor a file; add one first`);
  }
  const { commit } = await writeCommit(git, {
    gitDir: mirror.gitDir,
    ref: `${SNAPSHOT_REF}-${process.pid}`,
    parent: headCommit,
    message: "snapshot of the checkout\n",
    atMs: nowMs(),
    edits,
  });
  return GitObjectId.parse(commit);
}
