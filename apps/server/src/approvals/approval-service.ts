// Approvals seen from outside: what waits, what was decided and by whom, deciding, and what is remembered of it. The decision is an event
// of the task before it is answered; the task goes back to the queue with it.
import type { TaskStore } from "@outpost/core";
import {
  type Approval,
  type ApprovalId,
  type DecideApprovalRequest,
  isOutpostError,
  type ListApprovalsQuery,
  type NewId,
  OutpostError,
  subjectKey,
  type Task,
  type TaskEvent,
  type TaskId,
} from "@outpost/protocol";
import type { TaskLocks } from "../tasks/task-locks.ts";
import { decideFact } from "./decide-fact.ts";

export interface ApprovalServicePorts {
  store: TaskStore;
  /** One decision on a task at a time, with those on its change. */
  locks: TaskLocks;
  newId: NewId;
  nowMs: () => number;
  /** There may be work for a worker. */
  wake(): void;
  onAppended(taskId: TaskId): void;
  /** What becomes of a proposed change is decided where changes are. */
  decideChange(approval: Approval & { revision: number }, request: DecideApprovalRequest, by: string): Promise<unknown>;
}

export type ApprovalService = ReturnType<typeof createApprovalService>;

/** What nobody decided is refused under this name. */
const nobody = "outpost";
const tooLate = "nobody decided in time";
const expiredPerSweep = 100;
/** The longest call whose decision is remembered: it is compared whole. */
const maxRememberedCharacters = 8_000;
const maxAppendAttempts = 20;

export function createApprovalService(ports: ApprovalServicePorts) {
  const { store, locks, nowMs } = ports;

  async function append(approval: Approval, ...events: TaskEvent[]): Promise<Task> {
    for (let attempt = 1; ; attempt++) {
      const { seq } = await assertWaiting(approval);
      try {
        const command = { taskId: approval.taskId, expectedSeq: seq, fence: null, events, nowMs: nowMs() };
        const { task } = await store.append(command);
        ports.onAppended(approval.taskId);
        ports.wake();
        return task;
      } catch (error) {
        const isOutdated = isOutpostError(error) && error.details["reason"] === "seq";
        if (!isOutdated || attempt >= maxAppendAttempts) throw error;
      }
    }
  }

  async function assertWaiting(approval: Approval): Promise<Task> {
    const [now, task] = await Promise.all([store.getApproval(approval.id), store.getTask(approval.taskId)]);
    if (now.state !== "pending") throw notOpen(now);
    if (task.state === "waiting") return task;
    throw new OutpostError(
      "conflict",
      `task "${task.id}" is "${task.state}" and waits for no answer; send it a message`,
      {
        details: { state: task.state },
      },
    );
  }

  async function settleFact(approval: Approval, decision: Parameters<typeof decideFact>[1]): Promise<void> {
    await decideFact(approval, decision, ports);
    ports.onAppended(approval.taskId);
  }

  async function expire(approval: Approval): Promise<void> {
    if (approval.kind === "fact") {
      await settleFact(approval, { accepted: false, answer: tooLate, by: nobody, how: "expired" });
      return;
    }
    const event = { type: "approval.decided", approvalId: approval.id, accepted: false, by: nobody } as const;
    await append(approval, { ...event, answer: tooLate, how: "expired", rememberedId: null });
  }

  async function decideWaiting(approval: Approval, request: DecideApprovalRequest, by: string): Promise<Approval> {
    if (approval.state !== "pending") throw notOpen(approval);
    if (approval.expiresAtMs !== null && approval.expiresAtMs <= nowMs()) {
      await expire(approval);
      throw notOpen(await store.getApproval(approval.id));
    }
    if (request.remember) assertCanBeRemembered(approval);
    if (request.plan) assertPlanFits(approval, request);
    const { accepted, answer } = request;
    if (approval.kind === "fact") {
      await settleFact(approval, { accepted, answer, by, how: "person" });
      return store.getApproval(approval.id);
    }
    const event = { type: "approval.decided", approvalId: approval.id, answer, accepted, by, how: "person" } as const;
    const edited = request.plan ? [{ type: "plan.updated" as const, plan: request.plan, by }] : [];
    await append(approval, ...edited, { ...event, rememberedId: request.remember ? ports.newId("rem") : null });
    return store.getApproval(approval.id);
  }

  /** Rejects with `conflict` for one that is no longer open, and `invalid_input` for one that cannot be remembered. */
  async function decide(approvalId: ApprovalId, request: DecideApprovalRequest, by: string): Promise<Approval> {
    const approval = await store.getApproval(approvalId);
    const { revision, kind, taskId } = approval;
    if (kind !== "change" || revision === null)
      return locks.run(taskId, async () => decideWaiting(await store.getApproval(approvalId), request, by));
    if (request.remember) assertCanBeRemembered(approval);
    if (request.plan) assertPlanFits(approval, request);
    if (approval.state !== "pending") throw notOpen(approval);
    await ports.decideChange({ ...approval, revision }, request, by);
    return store.getApproval(approvalId);
  }

  return {
    decide,
    /** The same, for one that is named with its task; `not_found` for one of another task. */
    async decideOf(taskId: TaskId, approvalId: ApprovalId, request: DecideApprovalRequest, by: string) {
      const { taskId: owner } = await store.getApproval(approvalId);
      if (owner === taskId) return decide(approvalId, request, by);
      throw new OutpostError("not_found", `task "${taskId}" has no question "${approvalId}"`);
    },
    get: (approvalId: ApprovalId): Promise<Approval> => store.getApproval(approvalId),
    list({ state, kind, taskId, repositoryId, cursor, limit }: ListApprovalsQuery) {
      return store.listApprovals({
        limit,
        ...(state !== "all" && { state }),
        ...(kind && { kind }),
        ...(taskId && { taskId }),
        ...(repositoryId && { repositoryId }),
        ...(cursor !== undefined && { cursor }),
      });
    },
    /** Refuses what nobody decided in time. Resolves to how many those were. */
    async expireDue(): Promise<number> {
      const due = await store.listExpiredApprovals(nowMs(), expiredPerSweep);
      for (const { id, taskId } of due) {
        await locks.run(taskId, async () => {
          const approval = await store.getApproval(id);
          if (approval.state === "pending") await expire(approval);
        });
      }
      return due.length;
    },
  };
}

function notOpen({ id, state, by }: Approval): OutpostError {
  const who = by === null || state === "expired" ? "" : ` by "${by}"`;
  const what =
    state === "accepted" || state === "refused" ? `was ${state} already${who}` : `is no longer open: ${state}`;
  return new OutpostError("conflict", `approval "${id}" ${what}`, { details: { state } });
}

function assertPlanFits({ kind }: Approval, { accepted }: DecideApprovalRequest): void {
  if (kind !== "plan") throw new OutpostError("invalid_input", `a decision on a ${kind} takes no plan`);
  if (!accepted)
    throw new OutpostError("invalid_input", "a plan that is refused is made anew; say what you want in the answer");
}

function assertCanBeRemembered({ kind, subject }: Approval): void {
  if (kind !== "command" || subject === null)
    throw new OutpostError("invalid_input", `a decision on a ${kind} cannot be remembered; only one on a command can`);
  if (subjectKey(subject).length > maxRememberedCharacters)
    throw new OutpostError(
      "invalid_input",
      `the call is over ${maxRememberedCharacters} characters, too long to be remembered; decide it this once`,
    );
}
