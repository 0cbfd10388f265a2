// Who goes on reading the log of all tasks where it stopped shall know when that is not possible without a gap.
import type { RetentionStore } from "@outpost/core";
import { OutpostError } from "@outpost/protocol";

/** Rejects with `not_found`, reason "removed", when events behind `after` were removed. 0 asks for all that is there. */
export async function assertAllThere(store: Pick<RetentionStore, "getRemovedThrough">, after: number): Promise<void> {
  if (after === 0) return;
  const removedThrough = await store.getRemovedThrough();
  if (after >= removedThrough) return;
  throw new OutpostError(
    "not_found",
    `events behind position ${after} were removed with their tasks, up to ${removedThrough}; go on with after=${removedThrough}, or with after=0 for all that is kept`,
    { details: { reason: "removed", after, removedThrough } },
  );
}
