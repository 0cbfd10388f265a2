// What people say to a task: messages, and answers to its questions.
import type { TaskEventOf } from "@outpost/protocol";
import { noteProgress } from "./guards.ts";
import { answerCall, endStepWhenDone } from "./observations.ts";
import type { Fold } from "./state.ts";

export function addMessage(next: Fold, event: TaskEventOf<"message.added">, seq: number): void {
  const item = { kind: "person" as const, seq, text: event.text };
  if (next.run?.phase.type === "calls") next.waitingMessages = [...next.waitingMessages, item];
  else next.history = [...next.history, item];
  if (next.run) noteProgress(next.run);
}

export function decideQuestion(next: Fold, event: TaskEventOf<"approval.decided">, seq: number): void {
  const question = next.openQuestion;
  if (question?.approvalId !== event.approvalId) return;
  next.openQuestion = null;
  const run = next.run;
  if (question.kind === "plan") decidePlan(next, event, seq);
  if (!question.callId || run?.phase.type !== "calls") return;
  const call = run.phase.current?.call;
  if (call?.callId !== question.callId) return;
  const text = event.accepted
    ? `The person answered: ${event.answer}`
    : `The person declined to answer. ${event.answer}`.trim();
  answerCall(next, run, { call, text, isPassing: false }, seq);
  endStepWhenDone(next, run);
}

/** Approved: what was planned is done. A remark instead: there is a new plan to make. */
function decidePlan(next: Fold, event: TaskEventOf<"approval.decided">, seq: number): void {
  next.planStage = event.accepted ? "approved" : "drafting";
  const remark = event.answer.trim();
  const text = event.accepted
    ? `The plan is approved. ${remark}`.trim()
    : `The plan is not approved: ${remark === "" ? "make another" : remark}. Call update_plan with a new plan.`;
  next.history = [...next.history, { kind: "person", seq, text }];
  if (next.run) noteProgress(next.run);
}
