// What an event says about approvals. Pure; does not know tables.
import type {
  Approval,
  ApprovalId,
  ApprovalState,
  RememberedDecision,
  Task,
  TaskEvent,
  TaskEventOf,
} from "@outpost/protocol";

export type ApprovalEffect =
  | { type: "open"; approval: Approval }
  /** Of the one with this id, or of the task's pending ones of kind `change`. */
  | { type: "close"; which: ApprovalId | "change"; state: ApprovalState; answer: string | null; by: string | null }
  /** All of the task's that are pending, but for facts, which nothing waits for: it went on without them. */
  | { type: "withdraw"; by: string | null }
  | { type: "remember"; approvalId: ApprovalId; decision: Omit<RememberedDecision, "subject" | "repositoryId"> };

/** `task`: as it is after the event. In the order in which they are to be done. */
export function approvalEffects(event: TaskEvent, task: Task, nowMs: number): ApprovalEffect[] {
  switch (event.type) {
    case "approval.requested":
      return [{ type: "open", approval: requested(event, task, nowMs) }];
    case "approval.decided":
      return decided(event, nowMs);
    case "change.proposed":
      return proposed(event, task, nowMs);
    case "change.applied":
      return [closeChange("accepted", event.decision.reason, event.decision.by)];
    case "change.rejected":
      return [closeChange("refused", event.decision.reason, event.decision.by)];
    case "fact.proposed":
      return [{ type: "open", approval: proposedFact(event, task, nowMs) }];
    case "fact.decided": {
      const { approvalId: which, accepted, answer, by, how } = event;
      return [
        { type: "close", which, state: how === "expired" ? "expired" : accepted ? "accepted" : "refused", answer, by },
      ];
    }
    case "task.queued":
    case "run.started":
      return [{ type: "withdraw", by: null }];
    case "task.cancel_requested":
      return task.state === "cancelled" ? [{ type: "withdraw", by: event.by }] : [];
    default:
      return [];
  }
}

const open = { state: "pending", decidedAtMs: null, answer: null, by: null, rememberedId: null } as const;

function requested(event: TaskEventOf<"approval.requested">, task: Task, nowMs: number): Approval {
  const { approvalId: id, kind, question, options, subject = null, expiresAtMs = null } = event;
  const about = { id, taskId: task.id, repositoryId: task.spec.repositoryId, kind, question, options, subject };
  return { ...about, ...open, revision: null, requestedAtMs: nowMs, expiresAtMs };
}

function decided(event: TaskEventOf<"approval.decided">, nowMs: number): ApprovalEffect[] {
  const { approvalId, accepted, answer, by, how = "person", rememberedId = null } = event;
  const state = how === "expired" ? "expired" : accepted ? "accepted" : "refused";
  const close = { type: "close", which: approvalId, state, answer, by } as const;
  if (rememberedId === null) return [close];
  const decision = { id: rememberedId, accepted, approvalId, answer, by, createdAtMs: nowMs };
  return [close, { type: "remember", approvalId, decision: { ...decision, revokedAtMs: null, revokedBy: null } }];
}

function proposed(event: TaskEventOf<"change.proposed">, task: Task, nowMs: number): ApprovalEffect[] {
  const { change, approvalId } = event;
  const withdraw = closeChange("withdrawn", null, null);
  if (!approvalId) return [withdraw];
  const approval: Approval = {
    ...open,
    id: approvalId,
    taskId: task.id,
    repositoryId: task.spec.repositoryId,
    kind: "change",
    question: change.summary,
    options: [],
    subject: null,
    revision: change.revision,
    requestedAtMs: nowMs,
    expiresAtMs: null,
  };
  return [withdraw, { type: "open", approval }];
}

function proposedFact(event: TaskEventOf<"fact.proposed">, task: Task, nowMs: number): Approval {
  const { approvalId: id, fact, reason, expiresAtMs } = event;
  const question = `may this be remembered of the repository? "${fact.text}" (${fact.kind}; ${reason})`;
  const about = { id, taskId: task.id, repositoryId: task.spec.repositoryId, kind: "fact" as const, question, fact };
  return { ...about, ...open, options: [], subject: null, revision: null, requestedAtMs: nowMs, expiresAtMs };
}

function closeChange(state: ApprovalState, answer: string | null, by: string | null): ApprovalEffect {
  return { type: "close", which: "change", state, answer, by };
}
