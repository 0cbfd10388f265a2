// What a task goes on from when a person decided about parts of its change, or put together another one from it.
import type { Change, TaskEventOf } from "@outpost/protocol";
import type { Fold } from "./state.ts";

/** A change that no run proposed as it is is where the next run begins. */
export function takeProposal(next: Fold, change: Change): void {
  next.revision = change.revision;
  if (!change.origin) return;
  startFrom(
    next,
    change.origin.commit,
    change.files.flatMap(({ path, oldPath }) => (oldPath ? [path, oldPath] : [path])),
  );
  if (next.run) next.run = { ...next.run, baseCommit: change.baseCommit };
  if (next.verification)
    next.verification = { ...next.verification, revision: change.revision, summary: change.summary };
}

export function takeSelection(next: Fold, event: TaskEventOf<"hunks.decided">): void {
  if (event.checkpoint !== null) startFrom(next, event.checkpoint, event.paths);
  if (event.follow === "verify") next.verification = { revision: event.revision, summary: "", call: next.testCall };
}

/** Tests that ran before speak for what was, not for this. */
function startFrom(next: Fold, commit: Change["baseCommit"], paths: readonly string[]): void {
  next.checkpoint = { number: next.checkpoint?.number ?? 0, commit };
  next.needsCheckpoint = false;
  next.filesTouched = new Set(paths);
  next.testsBeforeLastEdit = next.tests.length;
}
