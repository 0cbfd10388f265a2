// Which events are also entries of the audit log: what people decided, and what the policy said of a call that is not run as a matter of
// course. Pure.
import type { AuditRecord, TaskEvent, TaskId } from "@outpost/protocol";

const maxArgumentCharacters = 4000;

export function auditRecords(taskId: TaskId, event: TaskEvent): AuditRecord[] {
  switch (event.type) {
    case "tool.called":
      return isJudged(event) ? [judged(taskId, event)] : [];
    case "approval.decided":
    case "fact.decided": {
      const { approvalId, accepted, answer, by } = event;
      return [{ type: "approval.decided", taskId, approvalId, accepted, answer: cut(answer), by }];
    }
    case "change.applied": {
      const { revision, target } = event;
      const { allowedSecrets = [], by } = event.decision;
      return [{ type: "change.accepted", taskId, revision, target, allowedSecrets, by }];
    }
    case "change.rejected":
      return [{ type: "change.rejected", taskId, revision: event.revision, by: event.decision.by }];
    case "change.reverted":
      return [{ type: "change.reverted", taskId, revision: event.revision, by: event.by }];
    default:
      return [];
  }
}

type Called = Extract<TaskEvent, { type: "tool.called" }>;

function isJudged({ verdict, rule, approvalId }: Called): boolean {
  return verdict !== "allow" || Boolean(rule) || Boolean(approvalId);
}

function judged(taskId: TaskId, { callId, name, arguments: given, verdict, rule }: Called): AuditRecord {
  const text = cut(JSON.stringify(given));
  return { type: "call.judged", taskId, callId, tool: name, arguments: text, verdict, rule: rule ?? null };
}

function cut(text: string): string {
  return text.length <= maxArgumentCharacters ? text : `${text.slice(0, maxArgumentCharacters)}…`;
}
