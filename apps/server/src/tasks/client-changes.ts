// Changes that a client applies on its own machine: the bytes it needs, and what it reports. The log is the only thing written here.
import { type RepositoryHost, type TaskStore, whyNotOpen } from "@outpost/core";
import {
  type AppliedFile,
  type ChangeBlob,
  type ClientReport,
  endedStates,
  GitObjectId,
  OutpostError,
  type Task,
  type TaskEvent,
  type TaskId,
} from "@outpost/protocol";
import { assertAppliesAtAll, type SettingsOf } from "../policy/delivery-rules.ts";
import { allowedBy, assertSecretsAllowed } from "./allowed-secrets.ts";
import { findApplied, getChangeOf, readAllEvents } from "./change-log.ts";
import { assertMayApply } from "./dry-run.ts";
import type { TaskLocks } from "./task-locks.ts";

export interface ClientChangePorts {
  store: TaskStore;
  host: RepositoryHost;
  locks: TaskLocks;
  /** Of the policy. */
  settingsOf: SettingsOf;
  append(taskId: TaskId, events: TaskEvent[]): Promise<Task>;
}

export function createClientChanges(ports: ClientChangePorts) {
  const { store, host, locks, append } = ports;

  async function report(taskId: TaskId, revision: number | "latest", given: ClientReport, by: string): Promise<Task> {
    const task = await store.getTask(taskId);
    const change = await getChangeOf(store, taskId, revision);
    if (given.result === "reverted") return reportReverted(task, change.revision, given.files, by);
    const applied = await findApplied(store, taskId);
    const isSame =
      given.result === "applied" &&
      task.state === "applied" &&
      applied?.undo === given.undo &&
      applied.target === "client";
    if (isSame) return task;
    const events = (await readAllEvents(store, taskId)).map(({ event }) => event);
    const closed =
      change.revision === task.revision ? whyNotOpen(task, events) : `the newest revision is ${task.revision}`;
    if (closed !== null)
      throw new OutpostError(
        "conflict",
        `revision ${change.revision} of task "${taskId}" is not open any more: ${closed}`,
        { details: { state: task.state, revision: task.revision } },
      );
    const { revision: number } = change;
    if (given.result === "conflict")
      return append(taskId, [{ type: "change.apply_failed", revision: number, conflicts: given.conflicts, by }]);
    assertSecretsAllowed(change, given);
    const { files, undo, machine } = given;
    const decision = { accepted: true, reason: null, by, ...allowedBy(given) };
    return append(taskId, [
      { type: "change.applied", revision: number, decision, target: "client", files, undo, machine },
    ]);
  }

  async function reportReverted(task: Task, revision: number, files: AppliedFile[], by: string): Promise<Task> {
    if (task.state === "reverted") return task;
    const applied = await findApplied(store, task.id);
    if (!endedStates.has(task.state) || applied?.target !== "client" || applied.revision !== revision)
      throw new OutpostError(
        "conflict",
        `task "${task.id}" has no change that a client applied; it is "${task.state}"`,
      );
    return append(task.id, [{ type: "change.reverted", revision, files, by }]);
  }

  return {
    /** Rejects with `not_found` for bytes that the change does not name, and `conflict` for those of a dry run. */
    async getBlob(taskId: TaskId, revision: number | "latest", wanted: string): Promise<ChangeBlob> {
      const blob = GitObjectId.safeParse(wanted);
      const change = await getChangeOf(store, taskId, revision);
      const isNamed = change.files.some(({ oldBlob, newBlob }) => oldBlob === blob.data || newBlob === blob.data);
      if (!blob.success || !isNamed)
        throw new OutpostError("not_found", `the change has no blob "${wanted.slice(0, 100)}"`);
      const task = await store.getTask(taskId);
      assertMayApply(task, { target: "client" });
      assertAppliesAtAll(await ports.settingsOf(task.spec.repositoryId), "client");
      const repository = await store.getRepository(task.spec.repositoryId);
      const bytes = await host.readBlob(repository, blob.data);
      return { blob: blob.data, base64: Buffer.from(bytes).toString("base64") };
    },
    /** Repeating a report is harmless. Rejects with `conflict` when the task was decided otherwise. */
    report: (taskId: TaskId, revision: number | "latest", given: ClientReport, by: string): Promise<Task> =>
      locks.run(taskId, () => report(taskId, revision, given, by)),
  };
}
