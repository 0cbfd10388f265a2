// Tests say of a refusal what it is refused with; this takes the error out of its promise.
import { isOutpostError, type OutpostError } from "@outpost/protocol";

/** The error that `promise` rejects with; anything but an `OutpostError` fails the test. */
export async function rejection(promise: Promise<unknown>): Promise<OutpostError> {
  const outcome = await promise.then(
    () => ({ error: new Error("expected a rejection") }),
    (error: unknown) => ({ error }),
  );
  if (isOutpostError(outcome.error)) return outcome.error;
  throw outcome.error;
}
