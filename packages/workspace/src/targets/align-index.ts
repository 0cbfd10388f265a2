// The index of a checkout whose branch was moved by a server that was killed before it had written the index: brought in step with HEAD, where
// it still is as it was before. Otherwise it would show the change, or the way back, as staged the other way round.
import { listChanges } from "../git/change-files.ts";
import { listTree } from "../git/tree-listing.ts";
import type { CommitPlace } from "./branch-target.ts";
import { listStaged, replaceInIndex } from "./source-index.ts";
import { findHeadBranch, readSourceRef } from "./source-repository.ts";

export interface Moved {
  branch: string;
  from: string | null;
  to: string;
}

/** Nothing happens where the branch is not checked out, is somewhere else by now, or somebody has staged something of these paths. */
export async function alignIndex(place: CommitPlace, { branch, from, to }: Moved): Promise<void> {
  const { source, mirror, temporaryDirectory } = place;
  if (from === null || (await findHeadBranch(source)) !== branch) return;
  if ((await readSourceRef(source, `refs/heads/${branch}`)) !== to) return;
  const changed = await listChanges(mirror, from, to);
  const paths = [...new Set(changed.flatMap(({ path, oldPath }) => [path, oldPath ?? path]))];
  const isBehind =
    (await listStaged(source, temporaryDirectory, to, paths)).length > 0 &&
    (await listStaged(source, temporaryDirectory, from, paths)).length === 0;
  if (!isBehind) return;
  const entries = new Map((await listTree(mirror, to)).entries.map((entry) => [entry.path, entry]));
  const edits = paths.map((path) => ({ path, entry: entries.get(path) ?? null }));
  await replaceInIndex(source, temporaryDirectory, edits, async () => {});
}
