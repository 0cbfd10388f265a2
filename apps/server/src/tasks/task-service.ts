// Tasks seen from outside: submit, say something, cancel, decide the change, revert. Every fact becomes an event before it is answered.
import {
  type ChangeTargets,
  heldDecisions,
  type PatchIntake,
  type RepositoryHost,
  type TaskStore,
  taintOf,
  whyNotAutomatic,
  whyNotOpen,
} from "@outpost/core";
import {
  type AddMessageRequest,
  type Change,
  type ChangeView,
  type DecideChangeRequest,
  type DecideChangeResponse,
  endedStates,
  isOutpostError,
  limits,
  type NewId,
  OutpostError,
  type PatchRequest,
  type RebaseChangeResponse,
  type RepositoryId,
  type RevertRequest,
  type RevertResponse,
  type SubmitTaskRequest,
  type Task,
  type TaskEvent,
  type TaskId,
} from "@outpost/protocol";
import { createPartDecisions } from "../changes/part-decisions.ts";
import { planDecision } from "../changes/plan-decision.ts";
import type { SettingsOf } from "../policy/delivery-rules.ts";
import { acceptedPart, assertSecretsAllowed } from "./allowed-secrets.ts";
import { getChangeOf, readAllEvents } from "./change-log.ts";
import { createCheckpointService } from "./checkpoint-service.ts";
import { createClientChanges } from "./client-changes.ts";
import { deliverChange } from "./deliver-change.ts";
import { assertMayApply } from "./dry-run.ts";
import { type ReceivePatchPorts, receivePatch } from "./receive-patch.ts";
import { takeBack } from "./take-back.ts";
import type { TaskLocks } from "./task-locks.ts";
import { assertAttended } from "./unattended.ts";
import { createUnstoredApply } from "./unstored-apply.ts";

export interface TaskServicePorts {
  store: TaskStore;
  host: RepositoryHost;
  /** Of tasks and, inside of them, of repositories: a checkout takes one change after the other. */
  locks: TaskLocks;
  targets: ChangeTargets;
  /** Of the policy. */
  settingsOf: SettingsOf;
  patches: PatchIntake;
  inspectChange: ReceivePatchPorts["inspectChange"];
  /** "Name <address>" of commits. */
  commitAuthor: string;
  newId: NewId;
  nowMs: () => number;
  /** There may be work for a worker. */
  wake(): void;
  cancelRunning(taskId: TaskId): void;
  onAppended(taskId: TaskId): void;
}

export type TaskService = ReturnType<typeof createTaskService>;

const settledStates: ReadonlySet<Task["state"]> = new Set(["applied", "rejected", "reverted", "cancelled"] as const);
/** A worker appends a few times a second at most; losing more races in a row than this is a bug. */
const maxAppendAttempts = 50;

export function createTaskService(ports: TaskServicePorts) {
  const { store, host, locks, nowMs } = ports;

  async function append(taskId: TaskId, events: TaskEvent[], expectedSeq: number | "any" = "any"): Promise<Task> {
    const { task } = await store.append({ taskId, expectedSeq, fence: null, events, nowMs: nowMs() });
    ports.onAppended(taskId);
    if (settledStates.has(task.state)) await collect(task);
    return task;
  }

  /** Of a task that a person has decided, the points to go back to are collected. What cannot be collected now is at its next decision. */
  async function collect({ id, spec }: Task): Promise<void> {
    try {
      await host.collectCheckpoints(await store.getRepository(spec.repositoryId), id);
    } catch {
      // The mirror may be gone, or busy: nothing depends on it.
    }
  }

  const getChange = (taskId: TaskId, revision: number | "latest"): Promise<Change> =>
    getChangeOf(store, taskId, revision);
  const delivery = { ...ports, append: (taskId: TaskId, events: TaskEvent[]) => append(taskId, events) };

  const unstored = createUnstoredApply(delivery);

  /** Whether the task has ended is known for certain only when nothing was appended between the look and the message. */
  async function addMessage(taskId: TaskId, request: AddMessageRequest, by: string): Promise<Task> {
    await unstored.recordIfThere(await store.getTask(taskId));
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

  const eventsOf = async (taskId: TaskId): Promise<TaskEvent[]> =>
    (await readAllEvents(store, taskId)).map(({ event }) => event);

  /** Rejects with `conflict` for a revision that is not the newest, and for one that is not to be decided any more. */
  async function getOpenChange(taskId: TaskId, revision: number | "latest"): Promise<{ task: Task; change: Change }> {
    const task = await store.getTask(taskId);
    const change = await getChange(taskId, revision);
    if (change.revision !== task.revision)
      throw new OutpostError(
        "conflict",
        `revision ${change.revision} is no longer the newest; look at revision ${task.revision}`,
      );
    const closed = whyNotOpen(task, await eventsOf(taskId));
    if (closed === null) return { task, change };
    throw new OutpostError("conflict", closed, { details: { state: task.state } });
  }

  const parts = createPartDecisions({
    ...delivery,
    newId: ports.newId,
    apply: (task, change, request, by) => deliverChange(delivery, { task, change, request, by }),
    wake: () => ports.wake(),
  });

  return {
    getChange,
    receivePatch: (repositoryId: RepositoryId, request: PatchRequest, by: string, idempotencyKey: string | undefined) =>
      receivePatch(ports, repositoryId, request, by, idempotencyKey),
    checkpoints: createCheckpointService({ ...ports, append }),
    /** Of changes that are applied on other machines. */
    client: createClientChanges(delivery),
    async describeChange(taskId: TaskId, revision: number | "latest"): Promise<ChangeView> {
      const change = await getChange(taskId, revision);
      const events = await eventsOf(taskId);
      const taint = taintOf(events);
      const { auto } = (await store.getTask(taskId)).spec;
      const automatic = auto ? { notAutomatic: whyNotAutomatic(change, taint) } : {};
      return { ...change, decisions: heldDecisions(events, change), taint, ...automatic };
    },
    async renderPatch(taskId: TaskId, revision: number | "latest"): Promise<string> {
      const task = await store.getTask(taskId);
      return host.renderPatch(await store.getRepository(task.spec.repositoryId), await getChange(taskId, revision));
    },
    async submit(spec: SubmitTaskRequest, by: string, idempotencyKey: string | undefined): Promise<Task> {
      const waiting = await store.countTasks(["queued", "scheduled", "blocked", "paused"]);
      if (waiting >= limits.queuedTasks)
        throw new OutpostError("limit_exceeded", `${waiting} tasks wait already, the most there may be; cancel some`, {
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
        const { task, change } = await getOpenChange(taskId, revision);
        const isAccepted = request.decision === "accept";
        const written = await (isAccepted ? unstored.finish(task, request) : unstored.recordIfThere(task));
        if (written && isAccepted) return written;
        if (written)
          throw new OutpostError(
            "conflict",
            `revision ${change.revision} was applied already, before the server was interrupted; revert it`,
          );
        const events = await eventsOf(taskId);
        const held = heldDecisions(events, change);
        const plan = planDecision(change, held, request, by);
        if (plan.next.startsWith("apply")) assertMayApply(task, request);
        if (plan.next.startsWith("apply")) assertAttended(request, { task, change, events });
        if (plan.next.startsWith("apply")) assertSecretsAllowed(acceptedPart(change, plan.all), request);
        if (plan.next === "apply_whole")
          return { ...(await deliverChange(delivery, { task, change, request, by })), outcome: "applied" };
        if (plan.next !== "reject_whole") return parts.perform(task, change, plan, request, by);
        const decision = { accepted: false, reason: request.reason ?? null, by };
        const rejected = { type: "change.rejected", revision: change.revision, decision } as const;
        return { task: await append(taskId, [rejected]), files: [], patch: null, outcome: "rejected" };
      }),
    rebase: (taskId: TaskId, revision: number | "latest", by: string): Promise<RebaseChangeResponse> =>
      locks.run(taskId, async () => {
        const { task, change } = await getOpenChange(taskId, revision);
        if (await unstored.recordIfThere(task))
          throw new OutpostError("conflict", `revision ${change.revision} was applied already; revert it first`);
        return parts.rebase(task, change, by);
      }),
    /** To be called when a task has gone on: a part that was accepted and tested since is applied. */
    applyVerified: (taskId: TaskId): Promise<unknown> =>
      locks.run(taskId, async () => parts.applyVerified(await store.getTask(taskId), await eventsOf(taskId))),
    revert: (
      taskId: TaskId,
      revision: number | "latest",
      request: RevertRequest,
      by: string,
    ): Promise<RevertResponse> =>
      locks.run(taskId, async () => takeBack(delivery, await store.getTask(taskId), revision, request, by)),
  };
}
