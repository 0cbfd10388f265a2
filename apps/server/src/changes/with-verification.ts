// A change together with the tests that were run on it afterwards.
import type { Change, TaskEventOf } from "@outpost/protocol";

/** The tests speak for the change now, or it is known why they do not. */
export function withVerification(change: Change, { tests, problem }: TaskEventOf<"change.verified">): Change {
  const untested = tests.length > 0 ? null : (problem ?? change.untested ?? null);
  return { ...change, tests: [...change.tests, ...tests], untested };
}
