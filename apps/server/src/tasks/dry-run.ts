// A dry run ends before the apply, whoever asks.
import { type DecideChangeRequest, OutpostError, type Task } from "@outpost/protocol";

/** Throws `conflict`. A patch touches nothing. */
export function assertMayApply({ id, spec }: Task, { target }: Pick<DecideChangeRequest, "target">): void {
  if (!spec.dryRun || (target ?? spec.applyTarget) === "patch") return;
  throw new OutpostError(
    "conflict",
    `task "${id}" is a dry run: nothing of it is applied; take it as a patch (target "patch"), or submit it again without dryRun`,
    { details: { dryRun: true } },
  );
}
