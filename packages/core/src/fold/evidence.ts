// Which test runs speak for a change.
import type { TestEvidence } from "@outpost/protocol";
import type { Fold } from "./state.ts";

/** `before` while the worktree still equals the base. */
export function testPhase(state: Fold): TestEvidence["phase"] {
  return state.filesTouched.size === 0 ? "before" : "after";
}

/** The last run before anything was touched, and every run after the last edit: what happened in between speaks for neither. */
export function selectEvidence(state: Fold): TestEvidence[] {
  const before = state.tests.findLast((test) => test.phase === "before");
  const after = state.tests.slice(state.testsBeforeLastEdit).filter((test) => test.phase === "after");
  return before ? [before, ...after] : after;
}
