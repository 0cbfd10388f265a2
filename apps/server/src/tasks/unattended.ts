// An accept that nobody looked at (`--yes`, a script): what it may not do once the task has read text from outside.
import { needsPerson, taintOf } from "@outpost/core";
import { type Change, type DecideChangeRequest, OutpostError, type Task, type TaskEvent } from "@outpost/protocol";

/** Throws `forbidden`, reason "taint". */
export function assertAttended(
  request: DecideChangeRequest,
  { task, change, events }: { task: Task; change: Pick<Change, "files" | "applyTarget">; events: readonly TaskEvent[] },
): void {
  const isApplied = (request.target ?? change.applyTarget) !== "patch";
  if (request.unattended !== true || !isApplied) return;
  const isPushed = { ...task.spec.delivery, ...request.delivery }.push === true;
  const paths = change.files.flatMap(({ path, oldPath }) => [path, ...(oldPath === null ? [] : [oldPath])]);
  const problem = needsPerson(taintOf(events), { isPushed, paths });
  if (problem !== null)
    throw new OutpostError("forbidden", `${problem}, then: outpost accept ${task.id}`, {
      details: { reason: "taint" },
    });
}
