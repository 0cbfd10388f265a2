// An accepted change → its target, and then the log: files of the checkout (with a commit and a push when asked for), a branch, a patch.
// Does not know who may decide, nor when. What is done beyond the files and fails is told as a note: the change itself is applied then.
import type { ChangeTargets, RepositoryHost, TaskStore } from "@outpost/core";
import {
  type AppliedCommit,
  type ApplyConflict,
  type Change,
  type DecideChangeRequest,
  type DecideChangeResponse,
  type Delivery,
  isOutpostError,
  OutpostError,
  type Repository,
  type Task,
  type TaskEvent,
  type TaskEventOf,
  type TaskId,
} from "@outpost/protocol";
import { assertAppliesAtAll, assertBranchAllowed, type SettingsOf } from "../policy/delivery-rules.ts";
import { allowedBy } from "./allowed-secrets.ts";
import { readAllEvents } from "./change-log.ts";
import type { TaskLocks } from "./task-locks.ts";

export interface DeliveryPorts {
  store: TaskStore;
  host: RepositoryHost;
  targets: ChangeTargets;
  /** Of the policy. */
  settingsOf: SettingsOf;
  /** Of repositories: a checkout takes one change after the other. */
  locks: TaskLocks;
  /** "Name <address>" of commits. */
  commitAuthor: string;
  append(taskId: TaskId, events: TaskEvent[]): Promise<Task>;
}

export interface DeliveryOrder {
  task: Task;
  change: Change;
  request: DecideChangeRequest;
  by: string;
}

type Delivered = Pick<TaskEventOf<"change.applied">, "files" | "undo" | "commit" | "note">;

/** Rejects with `conflict` (nothing written; stored as `change.apply_failed`), and as the targets do. */
export async function deliverChange(ports: DeliveryPorts, order: DeliveryOrder): Promise<DecideChangeResponse> {
  const { task, change, request, by } = order;
  const repository = await ports.store.getRepository(task.spec.repositoryId);
  const target = request.target ?? change.applyTarget;
  assertAppliesAtAll(await ports.settingsOf(repository.id), target);
  const record = async (delivered: Delivered) => {
    const decision = { accepted: true, reason: request.reason ?? null, by, ...allowedBy(request) };
    return ports.append(task.id, [
      { type: "change.applied", revision: change.revision, decision, target, ...delivered },
    ]);
  };
  if (target === "client")
    throw new OutpostError(
      "invalid_input",
      'a change is applied on your own machine by the command there: outpost accept --target client; here, use target "checkout", "branch" or "patch"',
    );
  if (target === "patch") {
    const patch = await ports.host.renderPatch(repository, change);
    return { task: await record({ files: [], undo: null }), files: [], patch };
  }
  try {
    const delivery = { ...task.spec.delivery, ...request.delivery };
    const delivered = await ports.locks.run(repository.id, () =>
      target === "branch"
        ? toBranch(ports, order, repository, delivery)
        : toCheckout(ports, order, repository, delivery),
    );
    const { files, commit = null, note = null } = delivered;
    return { task: await record(delivered), files, patch: null, commit, note };
  } catch (error) {
    const conflicts = isOutpostError(error) ? error.details["conflicts"] : undefined;
    if (Array.isArray(conflicts)) await noteFailed(ports, order, conflicts);
    throw error;
  }
}

/** Who tries again and again is told each time; the log tells it once, until something else happens or stands in the way. */
async function noteFailed(
  { store, append }: DeliveryPorts,
  { task, change: { revision }, by }: DeliveryOrder,
  conflicts: ApplyConflict[],
): Promise<void> {
  const last = (await readAllEvents(store, task.id)).at(-1)?.event;
  const isSame =
    last?.type === "change.apply_failed" &&
    last.revision === revision &&
    JSON.stringify(last.conflicts) === JSON.stringify(conflicts);
  if (!isSame) await append(task.id, [{ type: "change.apply_failed", revision, conflicts, by }]);
}

async function toBranch(
  ports: DeliveryPorts,
  { task, change }: DeliveryOrder,
  repository: Repository,
  { branch = `outpost/${task.id}`, push = false }: Delivery,
): Promise<Delivered> {
  assertBranchAllowed(await ports.settingsOf(repository.id), branch);
  const words = { instruction: task.spec.instruction, author: ports.commitAuthor };
  const { files, commit } = await ports.targets.commitToBranch(repository, change, branch, words);
  return { files, undo: null, ...(await pushed(ports, repository, commit, push)) };
}

async function toCheckout(
  { host, targets, ...ports }: DeliveryPorts,
  { task, change }: DeliveryOrder,
  repository: Repository,
  { commit: wantsCommit = false, push = false }: Delivery,
): Promise<Delivered> {
  if (!wantsCommit) return host.apply(repository, change);
  const words = { instruction: task.spec.instruction, author: ports.commitAuthor };
  const commit = await targets.prepareCheckoutCommit(repository, change, words);
  const applied = await host.apply(repository, change);
  try {
    return { ...applied, ...(await pushed({ host, targets, ...ports }, repository, await commit(), push)) };
  } catch (error) {
    return { ...applied, commit: null, note: `applied, but not committed: ${reasonOf(error)}` };
  }
}

async function pushed(
  { targets, settingsOf }: DeliveryPorts,
  repository: Repository,
  commit: AppliedCommit,
  push: boolean,
): Promise<Pick<Delivered, "commit" | "note">> {
  if (!push) return { commit };
  try {
    assertBranchAllowed(await settingsOf(repository.id), commit.branch);
    return { commit: { ...commit, pushedTo: await targets.push(repository, commit) } };
  } catch (error) {
    return { commit, note: `committed, but not pushed: ${reasonOf(error)}` };
  }
}

/** Throws what is a bug. */
function reasonOf(error: unknown): string {
  if (isOutpostError(error) && error.code !== "internal") return error.message;
  throw error;
}
