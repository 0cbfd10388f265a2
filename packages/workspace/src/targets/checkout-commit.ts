// Target `checkout` with a commit: after the files were written, one commit of exactly the change on the branch that is checked out. It is
// built from HEAD's tree and the change, never from the files, so that edits of the user in the same files stay uncommitted; in the index
// only the change's paths are replaced. Refused, before anything is written, where that cannot be done safely.
// Does not write files of the checkout: that is apply.

import { conflictError, type ReadBlob } from "@outpost/checkout";
import { type AppliedCommit, type Change, OutpostError } from "@outpost/protocol";
import { listChanges } from "../git/change-files.ts";
import { listTree } from "../git/tree-listing.ts";
import { alignIndex } from "./align-index.ts";
import { requireBranchName } from "./branch-names.ts";
import { bringCommit, type CommitPlace, toApplied, writeOne } from "./branch-target.ts";
import { composeMessage } from "./commit-message.ts";
import { type FoundCommit, findCommitOn } from "./find-commit.ts";
import { moveRef } from "./move-ref.ts";
import { planTree, type TreePlan } from "./plan-tree.ts";
import { listStaged, replaceInIndex } from "./source-index.ts";
import { findHeadBranch, findOperation, readSourceRef } from "./source-repository.ts";

export interface CheckoutCommitRequest {
  change: Change;
  readBlob: ReadBlob;
  instruction: string;
}

/** `found`: a commit of it that is there already, and is not made again. */
export type CommitPlan = { found: FoundCommit } | { found: null; branch: string; head: string | null; plan: TreePlan };

/** Rejects with `invalid_input` where HEAD names no proper branch, `conflict`: detached, in the middle of something, staged changes in the way, or HEAD does not take the change. */
export async function planCheckoutCommit(place: CommitPlace, request: CheckoutCommitRequest): Promise<CommitPlan> {
  const { source, mirror, temporaryDirectory } = place;
  const operation = await findOperation(source);
  if (operation !== null) throw refused(`${operation} is under way in the checkout; finish it first`);
  const branch = await findHeadBranch(source);
  if (branch === null)
    throw refused('no branch is checked out (HEAD is detached); check one out, or use target "branch"');
  // HEAD is a file of the source: it may name anything.
  requireBranchName(branch);
  const head = await readSourceRef(source, "HEAD");
  const found = head === null ? null : await findCommitOn(source, branch, request.change);
  if (found) return { found };
  await bringCommit(place, head);
  const plan = await planTree({ ...request, mirror, commit: head, where: "HEAD" });
  const paths = plan.edits.map(({ path }) => path);
  const staged = await listStaged(source, temporaryDirectory, head, paths);
  if (staged.length > 0)
    throw conflictError(
      staged.map((path) => ({
        path,
        reason: "has staged changes, which a commit of it would lose; commit or unstage them",
      })),
      "the change cannot be committed",
    );
  return { found: null, branch, head, plan };
}

/** After the files were written. Rejects with `conflict` when the branch or the index moved meanwhile: then nothing is committed. */
export async function commitToCheckout(
  place: CommitPlace,
  request: CheckoutCommitRequest,
  planned: CommitPlan,
): Promise<AppliedCommit> {
  const { source, mirror } = place;
  if (planned.found) {
    const { branch, commit, parent } = planned.found;
    await bringCommit(place, commit);
    await alignIndex(place, { branch, from: parent, to: commit });
    return toApplied(branch, commit, parent);
  }
  const { branch, head, plan } = planned;
  const message = composeMessage(request.instruction, request.change);
  const commit = await writeOne(place, request.change, { parent: head, plan, message });
  const entries = new Map((await listTree(mirror, commit)).entries.map((entry) => [entry.path, entry]));
  const edits = plan.edits.map(({ path }) => ({ path, entry: entries.get(path) ?? null }));
  await replaceInIndex(source, place.temporaryDirectory, edits, () =>
    moveRef(source, { branch, from: head, to: commit }),
  );
  return toApplied(branch, commit, head);
}

/**
 * After the files were restored: the branch goes back while the commit is still its tip and nobody has seen it; the index follows. Null when
 * it went back; otherwise why the commit stays, for people: the files are as before all the same.
 */
export async function uncommit(place: CommitPlace, applied: AppliedCommit): Promise<string | null> {
  const { source, mirror, temporaryDirectory } = place;
  const { branch, commit, previous } = applied;
  const stays = `the commit ${commit.slice(0, 12)} on "${branch}" stays`;
  if (applied.pushedTo !== null) return `${stays}, since it was pushed; commit the files to take it back`;
  const [head, tip] = [await findHeadBranch(source), await readSourceRef(source, `refs/heads/${branch}`)];
  // By a server that ended before it had stored so.
  if (head === branch && tip !== null && tip === previous) {
    await alignIndex(place, { branch, from: commit, to: previous });
    return null;
  }
  if (head !== branch || tip !== commit) return `${stays}, since others followed; commit the files to take it back`;
  if (previous === null) return `${stays}, since it is the first of its branch; commit the files to take it back`;
  const changed = await listChanges(mirror, previous, commit);
  const paths = changed.flatMap(({ path, oldPath }) => [path, oldPath ?? path]);
  if ((await listStaged(source, temporaryDirectory, commit, paths)).length > 0)
    return `${stays}, since other changes of the same files are staged`;
  const entries = new Map((await listTree(mirror, previous)).entries.map((entry) => [entry.path, entry]));
  const edits = [...new Set(paths)].map((path) => ({ path, entry: entries.get(path) ?? null }));
  await replaceInIndex(source, temporaryDirectory, edits, () =>
    moveRef(source, { branch, from: commit, to: previous }),
  );
  return null;
}

function refused(why: string): OutpostError {
  return new OutpostError("conflict", `the change cannot be committed: ${why}; nothing was written`, {
    details: { conflicts: [] },
  });
}
