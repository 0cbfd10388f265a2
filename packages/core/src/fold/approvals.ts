// What becomes of a run when a person has decided, or nobody did in time. An answer is an observation; an accepted call is run, once; a
// refused one is an observation with the reason.
import { renderPlan, type TaskEventOf } from "@outpost/protocol";
import { closeCall, endStep } from "./calls.ts";
import { noteProgress, noteRepetition } from "./guards.ts";
import type { Fold, PlannedCall, RunState } from "./state.ts";

/**
 * A call that was under way is reported, not repeated. One that a person has just allowed, or is still to be asked about, was not begun;
 * one that was asked about and went undecided (the task was cancelled, and goes on) is given up.
 */
export function noteResumed(next: Fold): void {
  const phase = next.run?.phase;
  const wasAsked = next.openApproval !== null;
  next.openApproval = null;
  if (!next.run || phase?.type !== "calls" || phase.current === null) return;
  if (phase.current.stage !== "running" && !wasAsked) return;
  next.run.phase = { ...phase, current: { ...phase.current, interrupted: true } };
}

export function takeDecision(next: Fold, event: TaskEventOf<"approval.decided">, seq: number): void {
  const open = next.openApproval;
  if (open?.approvalId !== event.approvalId) return;
  next.openApproval = null;
  if (open.kind === "plan") decidePlan(next, event, seq);
  const run = next.run;
  if (open.callId === null || run?.phase.type !== "calls") return;
  const { current } = run.phase;
  if (current?.call.callId !== open.callId) return;
  if (open.kind !== "question" && event.accepted) {
    run.phase = { ...run.phase, current: { ...current, stage: "approved", approvalId: event.approvalId } };
    return;
  }
  const text = open.kind === "question" ? answerText(event) : refusalText(event);
  answerCall(next, run, current.call, text, seq);
}

function answerCall(next: Fold, run: RunState, call: PlannedCall, text: string, seq: number): void {
  const { callId, name: toolName } = call;
  next.history = [...next.history, { kind: "observation", seq, callId, toolName, text, isPassing: false }];
  const pending = closeCall(run, call);
  noteRepetition(run, call, text);
  if (pending.length === 0) endStep(next, run);
}

/** Approved: what was planned is done. A remark instead: there is a new plan to make. Nobody there: so ends the run, and the next one plans anew. */
function decidePlan(next: Fold, { accepted, answer, how }: TaskEventOf<"approval.decided">, seq: number): void {
  if (how === "expired") {
    next.planStage = "none";
    if (next.run) next.run.stop ??= { reason: "plan_expired", message: planExpired };
    return;
  }
  next.planStage = accepted ? "approved" : "drafting";
  const remark = answer.trim();
  const text = accepted ? approvalText(next, remark) : planRefusal(remark);
  next.history = [...next.history, { kind: "person", seq, text, remark }];
  if (next.run) noteProgress(next.run);
}

const planExpired =
  "nobody decided about the plan in time, so nothing was changed; send a message, and the task plans again and asks again";

/** The rules model knows how these begin. */
function approvalText({ plan, isPlanEdited }: Fold, remark: string): string {
  if (!isPlanEdited || plan === null) return `The plan is approved. ${remark}`.trim();
  const said = `The plan is approved, but changed. ${remark}`.trim();
  return `${said}\nIt is now:\n${renderPlan(plan)}`;
}

function planRefusal(remark: string): string {
  return `The plan is not approved: ${remark === "" ? "make another" : remark}. Call update_plan with a new plan.`;
}

function answerText({ accepted, answer, how }: TaskEventOf<"approval.decided">): string {
  if (how === "expired") return "Nobody answered in time. Go on without the answer, or finish and say what is missing.";
  return accepted ? `The person answered: ${answer}` : `The person declined to answer. ${answer}`.trim();
}

function refusalText({ answer, how }: TaskEventOf<"approval.decided">): string {
  if (how === "expired")
    return "not run: nobody allowed it in time. Go on without it, or finish and say what is missing.";
  const reason = answer.trim();
  return `not run: a person refused it${reason === "" ? "" : `, saying: ${reason}`}. Do it another way, or finish and say what stands in the way.`;
}
