// Which test runs speak for a change.
import type { TestEvidence } from "@outpost/protocol";
import type { Fold } from "./state.ts";

/** `before` while the worktree still equals the base. */
export function testPhase(state: Fold): TestEvidence["phase"] {
  return state.filesTouched.size === 0 ? "before" : "after";
}

/**
 * The last run of each suite before anything was touched, and every run after the last edit: what happened in between speaks for
 * neither. A suite is a framework with its command and its directory.
 */
export function selectEvidence(state: Fold): TestEvidence[] {
  const before = new Map<string, TestEvidence>();
  for (const test of state.tests)
    if (test.phase === "before") before.set(JSON.stringify([test.framework, test.argv, test.cwd]), test);
  return [...before.values(), ...state.tests.slice(state.testsBeforeLastEdit).filter((test) => test.phase === "after")];
}
