// An applied change back out of its target, and then the log. Only what was applied is touched; see the targets for what is refused.
import {
  type Change,
  endedStates,
  OutpostError,
  type RevertRequest,
  type RevertResponse,
  type Task,
  type TaskEventOf,
} from "@outpost/protocol";
import { findApplied, getChangeOf } from "./change-log.ts";
import type { DeliveryPorts } from "./deliver-change.ts";

type Applied = TaskEventOf<"change.applied">;

interface TakenBack {
  files: Applied["files"];
  note: string | null;
}

/** Rejects with `conflict` where the task or the files are not as they were left. */
export async function takeBack(
  ports: DeliveryPorts,
  task: Task,
  revision: number | "latest",
  { threeWay }: RevertRequest,
  by: string,
): Promise<RevertResponse> {
  const found = await findApplied(ports.store, task.id);
  if (found === null || !endedStates.has(task.state)) throw notNow(task, found !== null);
  const applied = requireOurs(task, found, revision);
  const change = await getChangeOf(ports.store, task.id, applied.revision);
  const { files, note } = await ports.locks.run(task.spec.repositoryId, () =>
    applied.target === "branch"
      ? fromBranch(ports, task, change, applied, threeWay)
      : fromCheckout(ports, task, applied, threeWay),
  );
  const event = { type: "change.reverted", revision: applied.revision, files, by, ...(note ? { note } : {}) } as const;
  return { task: await ports.append(task.id, [event]), files, note };
}

function notNow({ id, state }: Task, isApplied: boolean): OutpostError {
  const why = isApplied ? "wait for its run to end, or cancel it" : "only an applied change can be reverted";
  return new OutpostError("conflict", `task "${id}" is "${state}"; ${why}`, { details: { state } });
}

/** What Outpost itself wrote. */
function requireOurs(task: Task, applied: Applied, revision: number | "latest"): Applied {
  if (revision !== "latest" && applied.revision !== revision)
    throw new OutpostError("conflict", `revision ${applied.revision} is the one that was applied, not ${revision}`);
  if (applied.target === "patch")
    throw new OutpostError(
      "conflict",
      "the change was handed out as a patch; undo it where it was applied, with git apply --reverse",
    );
  if (applied.target === "client")
    throw new OutpostError(
      "conflict",
      `the change was applied on the machine "${applied.machine ?? "of a client"}"; undo it there: outpost revert ${task.id}`,
      { details: { machine: applied.machine } },
    );
  return applied;
}

async function fromBranch(
  { store, targets, commitAuthor }: DeliveryPorts,
  task: Task,
  change: Change,
  { commit, files }: Applied,
  threeWay: boolean,
): Promise<TakenBack> {
  if (!commit) throw new OutpostError("internal", `the log of task "${task.id}" names no commit`);
  const repository = await store.getRepository(task.spec.repositoryId);
  const words = { instruction: task.spec.instruction, author: commitAuthor, threeWay };
  const tip = await targets.revertBranch(repository, change, commit, words);
  const note = tip === null ? `branch "${commit.branch}" is gone again` : `branch "${commit.branch}" is at ${tip}`;
  return { files, note };
}

async function fromCheckout(
  { store, host, targets }: DeliveryPorts,
  task: Task,
  { commit, files, undo }: Applied,
  threeWay: boolean,
): Promise<TakenBack> {
  if (undo === null) throw new OutpostError("internal", `the log of task "${task.id}" names no undo record`);
  const repository = await store.getRepository(task.spec.repositoryId);
  const written = await host.revert(repository, files, undo, threeWay);
  return { files: written, note: commit ? await targets.revertCheckoutCommit(repository, commit) : null };
}
