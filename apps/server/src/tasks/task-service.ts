// Tasks seen from outside: submit, say something, cancel, decide the change, revert. Every fact becomes an event before it is answered.
import type { RepositoryHost, TaskStore } from "@outpost/core";
import {
  type AddMessageRequest,
  type AnswerApprovalRequest,
  type ApprovalId,
  type Change,
  type DecideChangeRequest,
  type DecideChangeResponse,
  type EventEnvelope,
  endedStates,
  isOutpostError,
  type NewId,
  OutpostError,
  type RevertResponse,
  type SubmitTaskRequest,
  type Task,
  type TaskEvent,
  type TaskId,
} from "@outpost/protocol";
import { createTaskLocks } from "./task-locks.ts";

export interface TaskServicePorts {
  store: TaskStore;
  host: RepositoryHost;
  newId: NewId;
  nowMs: () => number;
  /** There may be work for a worker. */
  wake(): void;
  cancelRunning(taskId: TaskId): void;
  onAppended(taskId: TaskId): void;
}

export type TaskService = ReturnType<typeof createTaskService>;

const readPage = 500;

export function createTaskService(ports: TaskServicePorts) {
  const { store, host, nowMs } = ports;
  const locks = createTaskLocks();

  async function append(taskId: TaskId, events: TaskEvent[]): Promise<Task> {
    const { task } = await store.append({ taskId, expectedSeq: "any", fence: null, events, nowMs: nowMs() });
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
    const decision = { accepted: true, reason: request.reason ?? null, by };
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
      const { files, undo } = await host.apply(repository, change);
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

  return {
    getChange,
    async renderPatch(taskId: TaskId, revision: number | "latest"): Promise<string> {
      const task = await store.getTask(taskId);
      return host.renderPatch(await store.getRepository(task.spec.repositoryId), await getChange(taskId, revision));
    },
    async submit(spec: SubmitTaskRequest, by: string, idempotencyKey: string | undefined): Promise<Task> {
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
    async addMessage(taskId: TaskId, request: AddMessageRequest, by: string): Promise<Task> {
      const task = await store.getTask(taskId);
      const events: TaskEvent[] = [{ type: "message.added", text: request.text, by }];
      if (endedStates.has(task.state)) events.push({ type: "task.queued", reason: "message" });
      const updated = await append(taskId, events);
      ports.wake();
      return updated;
    },
    async answerApproval(
      taskId: TaskId,
      approvalId: ApprovalId,
      request: AnswerApprovalRequest,
      by: string,
    ): Promise<Task> {
      const open = (await readAll(store, taskId)).filter(
        ({ event }) =>
          (event.type === "approval.requested" || event.type === "approval.decided") && event.approvalId === approvalId,
      );
      if (open.length === 0) throw new OutpostError("not_found", `task "${taskId}" has no question "${approvalId}"`);
      if (open.length > 1) throw new OutpostError("conflict", `the question "${approvalId}" was answered already`);
      const updated = await append(taskId, [
        { type: "approval.decided", approvalId, answer: request.answer, accepted: request.accepted, by },
      ]);
      ports.wake();
      return updated;
    },
    async cancel(taskId: TaskId, by: string): Promise<Task> {
      const task = await append(taskId, [{ type: "task.cancel_requested", by }]);
      ports.cancelRunning(taskId);
      return task;
    },
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
        if (request.decision === "accept") return apply(task, change, request, by);
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
        await host.revert(await store.getRepository(task.spec.repositoryId), applied.files, applied.undo);
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
