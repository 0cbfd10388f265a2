// Tasks seen from outside: submit, say something, cancel, decide the change, revert. Every fact becomes an event before it is answered.
import type { RepositoryHost, TaskStore } from "@outpost/core";
import {
  type AddMessageRequest,
  type Change,
  type DecideChangeRequest,
  type DecideChangeResponse,
  type EventEnvelope,
  endedStates,
  isOutpostError,
  limits,
  type NewId,
  OutpostError,
  type RevertResponse,
  type SubmitTaskRequest,
  type Task,
  type TaskEvent,
  type TaskId,
} from "@outpost/protocol";
import { allowedBy, assertSecretsAllowed } from "./allowed-secrets.ts";
import type { TaskLocks } from "./task-locks.ts";

export interface TaskServicePorts {
  store: TaskStore;
  host: RepositoryHost;
  /** Of tasks and, inside of them, of repositories: a checkout takes one change after the other. */
  locks: TaskLocks;
  newId: NewId;
  nowMs: () => number;
  /** There may be work for a worker. */
  wake(): void;
  cancelRunning(taskId: TaskId): void;
  onAppended(taskId: TaskId): void;
}

export type TaskService = ReturnType<typeof createTaskService>;

const readPage = 500;
/** A worker appends a few times a second at most; losing more races in a row than this is a bug. */
const maxAppendAttempts = 50;

export function createTaskService(ports: TaskServicePorts) {
  const { store, host, locks, nowMs } = ports;

  async function append(taskId: TaskId, events: TaskEvent[], expectedSeq: number | "any" = "any"): Promise<Task> {
    const { task } = await store.append({ taskId, expectedSeq, fence: null, events, nowMs: nowMs() });
    ports.onAppended(taskId);
    return task;
  }

  async function getChange(taskId: TaskId, revision: number | "latest"): Promise<Change> {
    const task = await store.getTask(taskId);
    const wanted = revision === "latest" ? task.revision : revision;
    if (wanted === null)
      throw new OutpostError("not_found", `task "${taskId}" has proposed no change; it is "${task.state}"`);
    const event = (await readAll(store, taskId)).findLast(
      ({ event: e }) => e.type === "change.proposed" && e.change.revision === wanted,
    )?.event;
    if (event?.type === "change.proposed") return event.change;
    throw new OutpostError(
      "not_found",
      `task "${taskId}" has no change revision ${wanted}; the newest is ${task.revision ?? "none"}`,
    );
  }

  async function apply(
    task: Task,
    change: Change,
    request: DecideChangeRequest,
    by: string,
  ): Promise<DecideChangeResponse> {
    const repository = await store.getRepository(task.spec.repositoryId);
    const target = request.target ?? change.applyTarget;
    const decision = { accepted: true, reason: request.reason ?? null, by, ...allowedBy(request) };
    if (target === "patch") {
      const patch = await host.renderPatch(repository, change);
      const updated = await append(task.id, [
        { type: "change.applied", revision: change.revision, decision, target, files: [], undo: null },
      ]);
      return { task: updated, files: [], patch };
    }
    if (target !== "checkout")
      throw new OutpostError("invalid_input", `target "${target}" is not there yet; use "checkout" or "patch"`);
    try {
      const { files, undo } = await locks.run(repository.id, () => host.apply(repository, change));
      const updated = await append(task.id, [
        { type: "change.applied", revision: change.revision, decision, target, files, undo },
      ]);
      return { task: updated, files, patch: null };
    } catch (error) {
      const conflicts = isOutpostError(error) ? error.details["conflicts"] : undefined;
      if (Array.isArray(conflicts))
        await append(task.id, [{ type: "change.apply_failed", revision: change.revision, conflicts, by }]);
      throw error;
    }
  }

  /**
   * A server that ended between writing the newest change and storing that it did so: it is stored now. Null when it was not written.
   * Who accepted it is no longer known.
   */
  async function recordUnstoredApply(task: Task): Promise<DecideChangeResponse | null> {
    if (task.state !== "proposed" && !(task.state === "stopped" && task.revision !== null)) return null;
    const change = await getChange(task.id, "latest");
    const stored = (await readAll(store, task.id)).some(
      ({ event }) => event.type === "change.applied" && event.revision === change.revision,
    );
    const repository = await store.getRepository(task.spec.repositoryId);
    if (stored || repository.source.type !== "path") return null;
    const written = await locks.run(repository.id, () => host.findApplied(repository, change));
    if (!written) return null;
    const decision = { accepted: true, reason: "accepted before the server was interrupted", by: "unknown" };
    const event = {
      type: "change.applied",
      revision: change.revision,
      decision,
      target: "checkout",
      ...written,
    } as const;
    return { task: await append(task.id, [event]), files: written.files, patch: null };
  }

  /** Whether the task has ended is known for certain only when nothing was appended between the look and the message. */
  async function addMessage(taskId: TaskId, request: AddMessageRequest, by: string): Promise<Task> {
    await recordUnstoredApply(await store.getTask(taskId));
    for (let attempt = 1; ; attempt++) {
      const { state, seq } = await store.getTask(taskId);
      const events: TaskEvent[] = [{ type: "message.added", text: request.text, by }];
      if (endedStates.has(state)) events.push({ type: "task.queued", reason: "message" });
      try {
        const updated = await append(taskId, events, seq);
        ports.wake();
        return updated;
      } catch (error) {
        const isOutdated = isOutpostError(error) && error.details["reason"] === "seq";
        if (!isOutdated || attempt >= maxAppendAttempts) throw error;
      }
    }
  }

  return {
    getChange,
    async renderPatch(taskId: TaskId, revision: number | "latest"): Promise<string> {
      const task = await store.getTask(taskId);
      return host.renderPatch(await store.getRepository(task.spec.repositoryId), await getChange(taskId, revision));
    },
    async submit(spec: SubmitTaskRequest, by: string, idempotencyKey: string | undefined): Promise<Task> {
      const { queued = 0 } = await store.countTasksByState();
      if (queued >= limits.queuedTasks)
        throw new OutpostError("limit_exceeded", `${queued} tasks wait already, the most there may be; cancel some`, {
          retryable: true,
        });
      const command = {
        taskId: ports.newId("tsk"),
        spec,
        by,
        nowMs: nowMs(),
        ...(idempotencyKey ? { idempotencyKey } : {}),
      };
      const { task } = await store.createTask(command);
      ports.onAppended(task.id);
      ports.wake();
      return task;
    },
    /** Resolves when no decision is under way: what was written to a checkout is then in the log. */
    settled: () => locks.settled(),
    addMessage: (taskId: TaskId, request: AddMessageRequest, by: string): Promise<Task> =>
      locks.run(taskId, () => addMessage(taskId, request, by)),
    cancel: (taskId: TaskId, by: string): Promise<Task> =>
      locks.run(taskId, async () => {
        const task = await append(taskId, [{ type: "task.cancel_requested", by }]);
        ports.cancelRunning(taskId);
        return task;
      }),
    /** One decision on a task at a time. */
    decide: (
      taskId: TaskId,
      revision: number | "latest",
      request: DecideChangeRequest,
      by: string,
    ): Promise<DecideChangeResponse> =>
      locks.run(taskId, async () => {
        const task = await store.getTask(taskId);
        const change = await getChange(taskId, revision);
        if (change.revision !== task.revision) {
          throw new OutpostError(
            "conflict",
            `revision ${change.revision} is no longer the newest; look at revision ${task.revision}`,
          );
        }
        if (task.state !== "proposed" && !(task.state === "stopped" && task.revision !== null)) {
          throw new OutpostError(
            "conflict",
            `task "${taskId}" is "${task.state}"; only a proposed change can be decided`,
            { details: { state: task.state } },
          );
        }
        const written = await recordUnstoredApply(task);
        if (written && request.decision === "accept") return written;
        if (written)
          throw new OutpostError(
            "conflict",
            `revision ${change.revision} was written to the checkout already, before the server was interrupted; revert it`,
          );
        if (request.decision === "accept") {
          assertSecretsAllowed(change, request);
          return apply(task, change, request, by);
        }
        const decision = { accepted: false, reason: request.reason ?? null, by };
        return {
          task: await append(taskId, [{ type: "change.rejected", revision: change.revision, decision }]),
          files: [],
          patch: null,
        };
      }),
    revert: (taskId: TaskId, revision: number | "latest", by: string): Promise<RevertResponse> =>
      locks.run(taskId, async () => {
        const task = await store.getTask(taskId);
        const applied = (await readAll(store, taskId)).findLast(({ event }) => event.type === "change.applied")?.event;
        if (task.state !== "applied" || applied?.type !== "change.applied") {
          throw new OutpostError(
            "conflict",
            `task "${taskId}" is "${task.state}"; only an applied change can be reverted`,
          );
        }
        if (revision !== "latest" && applied.revision !== revision) {
          throw new OutpostError(
            "conflict",
            `revision ${applied.revision} is the one that was applied, not ${revision}`,
          );
        }
        if (applied.undo === null)
          throw new OutpostError(
            "conflict",
            "the change was handed out as a patch; undo it where it was applied, with git apply --reverse",
          );
        const repository = await store.getRepository(task.spec.repositoryId);
        const { files, undo } = applied;
        await locks.run(repository.id, () => host.revert(repository, files, undo));
        return {
          task: await append(taskId, [
            { type: "change.reverted", revision: applied.revision, files: applied.files, by },
          ]),
          files: applied.files,
        };
      }),
  };
}

async function readAll(store: TaskStore, taskId: TaskId): Promise<EventEnvelope[]> {
  const all: EventEnvelope[] = [];
  for (;;) {
    const page = await store.readEvents(taskId, all.at(-1)?.seq ?? 0, readPage);
    all.push(...page);
    if (page.length < readPage) return all;
  }
}
