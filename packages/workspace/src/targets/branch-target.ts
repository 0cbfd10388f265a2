// Target `branch`: an accepted change as one commit on a branch of the source, and the way back. Never checks anything out, never moves a
// branch that somebody has checked out, never touches an index. A commit that a crash left unrecorded is found by its trailers.
// Does not know tasks or policies: which names are protected comes in.

import type { ReadBlob } from "@outpost/checkout";
import { type AppliedCommit, type Change, GitObjectId, OutpostError } from "@outpost/protocol";
import { writeCommit } from "../git/fast-import.ts";
import { findRef, type Mirror } from "../mirror/mirror.ts";
import { requireBranchName } from "./branch-names.ts";
import { composeMessage, composeRevertMessage } from "./commit-message.ts";
import { fetchSourceBranch } from "./fetch-branch.ts";
import { type FoundCommit, findCommitOn } from "./find-commit.ts";
import { moveRef } from "./move-ref.ts";
import { planTree, type TreePlan } from "./plan-tree.ts";
import { reverseChange } from "./reverse-change.ts";
import { listCheckedOut, readSourceRef, type SourceRepository } from "./source-repository.ts";
import { transferObjects } from "./transfer-objects.ts";

export interface CommitPlace {
  mirror: Mirror;
  source: SourceRepository;
  temporaryDirectory: string;
  /** "Name <address>". */
  author: string;
  nowMs: () => number;
}

export interface BranchRequest {
  change: Change;
  readBlob: ReadBlob;
  branch: string;
  instruction: string;
}

export interface Committed {
  files: TreePlan["files"];
  commit: AppliedCommit;
}

/** Rejects with `conflict` (details.conflicts where the change does not fit), `invalid_input` for a name that git would not have. */
export async function commitToBranch(place: CommitPlace, request: BranchRequest): Promise<Committed> {
  const { source } = place;
  const { branch, change } = request;
  requireBranchName(branch);
  await requireNotCheckedOut(source, branch);
  const tip = await readSourceRef(source, `refs/heads/${branch}`);
  const found = tip === null ? null : await findCommitOn(source, branch, change);
  if (found) return describeFound(place, request, found);
  const parent = tip ?? (await readSourceRef(source, "HEAD"));
  await bringCommit(place, parent);
  const plan = await planTree({ ...request, mirror: place.mirror, commit: parent, where: `branch "${branch}"` });
  if (plan.edits.length === 0)
    throw new OutpostError("conflict", `branch "${branch}" holds what the change does already; nothing was written`, {
      details: { conflicts: [] },
    });
  const commit = await writeOne(place, change, { parent, plan, message: composeMessage(request.instruction, change) });
  await moveRef(source, { branch, from: tip, to: commit });
  return { files: plan.files, commit: toApplied(branch, commit, tip) };
}

export interface RevertBranchRequest extends Omit<BranchRequest, "branch"> {
  applied: AppliedCommit;
  /** Where others committed on top: a commit that takes the change out, if that merges. */
  threeWay: boolean;
}

/** Moves the branch back while the commit is its tip; otherwise refuses, or commits the reverse. Resolves to the new tip; null: the branch is gone. */
export async function revertBranch(place: CommitPlace, request: RevertBranchRequest): Promise<string | null> {
  const { source } = place;
  const { applied } = request;
  const { branch, commit, previous } = applied;
  await requireNotCheckedOut(source, branch);
  const tip = await readSourceRef(source, `refs/heads/${branch}`);
  if (tip === previous) return tip;
  if (tip === null) throw conflict(`branch "${branch}" is gone; there is nothing to revert`);
  if (tip === commit && applied.pushedTo === null) {
    await moveRef(source, { branch, from: commit, to: previous });
    return previous;
  }
  if (!request.threeWay) {
    const why = tip === commit ? `was pushed to ${applied.pushedTo}` : "has other commits on top";
    throw conflict(`branch "${branch}" ${why}; a three-way revert would add a commit that takes the change out`, true);
  }
  return commitReverse(place, request, tip);
}

async function commitReverse(place: CommitPlace, request: RevertBranchRequest, tip: string): Promise<string> {
  const { change, applied, readBlob, instruction } = request;
  await bringCommit(place, tip);
  const reversed = reverseChange(change);
  const where = `branch "${applied.branch}"`;
  const plan = await planTree({ change: reversed, readBlob, mirror: place.mirror, commit: tip, where });
  if (plan.edits.length === 0) return tip;
  const message = composeRevertMessage(instruction, change, applied.commit);
  const commit = await writeOne(place, change, { parent: tip, plan, message });
  await moveRef(place.source, { branch: applied.branch, from: tip, to: commit });
  return commit;
}

export interface NewCommit {
  parent: string | null;
  plan: TreePlan;
  message: string;
}

/** Writes the commit in the mirror and brings it to the source; no ref of the source names it yet. */
export async function writeOne(
  place: CommitPlace,
  change: Change,
  { parent, plan, message }: NewCommit,
): Promise<string> {
  const { mirror, source } = place;
  const ref = `refs/outpost/commits/${change.taskId}/${change.revision}`;
  const { commit } = await writeCommit(mirror.git, {
    gitDir: mirror.gitDir,
    ref,
    parent,
    message,
    author: place.author,
    atMs: place.nowMs(),
    edits: plan.edits,
  });
  await transferObjects({ mirror, source, commit, has: parent === null ? [] : [parent] });
  return commit;
}

/** Makes sure that the mirror has a commit of the source. */
export async function bringCommit(place: CommitPlace, commit: string | null): Promise<void> {
  if (commit === null || (await findRef(place.mirror, commit)) !== null) return;
  await fetchSourceBranch(place, commit);
}

async function requireNotCheckedOut(source: SourceRepository, branch: string): Promise<void> {
  if (!(await listCheckedOut(source)).has(branch)) return;
  throw conflict(
    `branch "${branch}" is checked out, so that a new commit on it would make the files there look changed; choose another name, or target "checkout" with a commit`,
  );
}

/** What was committed then, as it is said of what is committed now. */
export async function describeFound(
  place: CommitPlace,
  request: Omit<BranchRequest, "branch" | "instruction">,
  { branch, commit, parent }: FoundCommit,
): Promise<Committed> {
  await bringCommit(place, parent);
  const plan = await planTree({
    ...request,
    mirror: place.mirror,
    commit: parent,
    where: `branch "${branch}"`,
  });
  // Whether the branch was made for it is no longer known: going back to the parent keeps what was before in any case.
  return { files: plan.files, commit: toApplied(branch, commit, parent) };
}

export function toApplied(branch: string, commit: string, previous: string | null): AppliedCommit {
  return {
    branch,
    commit: GitObjectId.parse(commit),
    previous: previous === null ? null : GitObjectId.parse(previous),
    pushedTo: null,
  };
}

function conflict(message: string, threeWay = false): OutpostError {
  return new OutpostError("conflict", message, { details: { conflicts: [], threeWay } });
}
