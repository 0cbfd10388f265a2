// A change together with the tests that were run on it afterwards, and with the notes that then hold.
import { modelReviewOf, reviewChange } from "@outpost/core";
import type { Change, TaskEventOf } from "@outpost/protocol";

/** The tests speak for the change now, or it is known why they do not. */
export function withVerification(change: Change, { tests, problem }: TaskEventOf<"change.verified">): Change {
  const untested = tests.length > 0 ? null : (problem ?? change.untested ?? null);
  return reviewedAnew({ ...change, tests: [...change.tests, ...tests], untested });
}

/** The model's notes stay, those of the rules are made from what is there now. */
export function reviewedAnew(change: Change): Change {
  return { ...change, review: reviewChange(change, modelReviewOf(change.review)) };
}
