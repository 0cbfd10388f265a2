// state = fold(events). Pure: the same events give the same state, byte for byte; the prompt and the next intent follow from it alone.
import {
  type EventEnvelope,
  OutpostError,
  retriesAfter,
  type TaskEvent,
  type TaskEventOf,
  taskStateAfter,
} from "@outpost/protocol";
import { taintFrom } from "../policy/taint.ts";
import { noteResumed, takeDecision } from "./approvals.ts";
import { startCall } from "./calls.ts";
import { takeProposal, takeSelection } from "./change-decisions.ts";
import { noteNotice, notePlan, noteProtocol, noteSummary, takeExpansion } from "./loop-events.ts";
import { addMessage } from "./messages.ts";
import { answerOpenCalls, takeObservation } from "./observations.ts";
import { takeReply } from "./replies.ts";
import { startRun } from "./start-run.ts";
import type { Ending, Fold, RunState } from "./state.ts";
import { switchModel } from "./switch-model.ts";

/** Folds a whole log. Throws `invalid_input` when it does not begin with `task.created`. */
export function foldAll(envelopes: readonly EventEnvelope[]): Fold {
  const [first, ...rest] = envelopes;
  if (first?.event.type !== "task.created") {
    throw new OutpostError("invalid_input", "a task's log must begin with task.created");
  }
  let state = emptyFold(first, first.event);
  for (const envelope of rest) state = fold(state, envelope);
  return state;
}

function emptyFold(envelope: EventEnvelope, event: TaskEventOf<"task.created">): Fold {
  return {
    taskId: envelope.taskId,
    spec: event.spec,
    state: taskStateAfter(null, event),
    seq: envelope.seq,
    lastAtMs: envelope.atMs,
    run: null,
    attempts: 0,
    retries: 0,
    spent: { steps: 0, tokens: 0, activeMs: 0 },
    history: [],
    waitingMessages: [],
    foldedThroughSeq: 0,
    keptSeqs: new Set(),
    summary: null,
    plan: null,
    planStage: "none",
    isPlanEdited: false,
    cancelRequested: false,
    needsCheckpoint: false,
    checkpoint: null,
    isBaseBehind: false,
    givenBase: null,
    filesTouched: new Set(),
    taint: taintFrom(event),
    tests: [],
    testsBeforeLastEdit: 0,
    revision: 0,
    verification: null,
    testCall: null,
    openApproval: null,
    outcome: null,
  };
}

/** One event further. The state given is left as it was. */
export function fold(before: Fold, envelope: EventEnvelope): Fold {
  const event = envelope.event;
  const run = before.run ? { ...before.run } : null;
  const elapsedMs = Math.max(0, envelope.atMs - before.lastAtMs);
  if (run && before.state === "running") {
    if (event.type === "run.resumed") run.losses += 1;
    else run.activeMs += elapsedMs;
  }
  const next: Fold = {
    ...before,
    run,
    seq: envelope.seq,
    lastAtMs: envelope.atMs,
    state: taskStateAfter(before.state, event),
  };
  applyEvent(next, event, envelope.seq);
  return next;
}

function applyEvent(next: Fold, event: TaskEvent, seq: number): void {
  switch (event.type) {
    case "run.started":
      startRun(next, event);
      return;
    case "task.queued":
      next.retries = retriesAfter(next.retries, event);
      return;
    case "run.resumed":
      noteResumed(next);
      return;
    case "run.finished":
      if (next.run) {
        answerOpenCalls(next, next.run, seq);
        next.run.phase = { type: "ended" };
      }
      next.outcome = event.outcome;
      next.cancelRequested = false;
      return;
    case "message.added":
      addMessage(next, event, seq);
      return;
    case "task.cancel_requested":
      next.cancelRequested = next.state === "running";
      return;
    case "history.folded":
      next.foldedThroughSeq = event.throughSeq;
      next.keptSeqs = new Set(event.keptSeqs);
      return;
    case "history.summarised":
      next.summary = { throughSeq: event.throughSeq, workState: event.workState };
      if (next.run) noteSummary(next.run, event);
      return;
    case "plan.updated":
      notePlan(next, event);
      return;
    case "approval.requested":
      next.openApproval = { approvalId: event.approvalId, kind: event.kind, callId: event.callId };
      return;
    case "approval.decided":
      takeDecision(next, event, seq);
      return;
    case "change.proposed":
      if (next.run) takeProposal(next, event.change);
      else takeGivenChange(next, event);
      return;
    case "hunks.decided":
      takeSelection(next, event);
      return;
    case "change.verified":
      next.verification = null;
      return;
    case "change.rebased":
      if (event.conflicts.length > 0) next.isBaseBehind = true;
      return;
    case "change.applied":
      next.isBaseBehind = event.target === "checkout";
      return;
    case "change.reverted":
      next.isBaseBehind = false;
      return;
    case "checkpoint.restored":
      next.checkpoint = { number: event.number, commit: event.commit };
      next.needsCheckpoint = false;
      return;
    case "checkpoint.created":
      next.checkpoint = { number: event.number, commit: event.commit };
      next.needsCheckpoint = false;
      return;
    default:
      if (next.run) applyStepEvent(next, next.run, event, seq);
  }
}

/** A change from outside: a first run goes on from it, as if a run before had made it. */
function takeGivenChange(next: Fold, { change }: TaskEventOf<"change.proposed">): void {
  next.givenBase = change.baseCommit;
  next.filesTouched = new Set(change.files.map(({ path }) => path));
}

function applyStepEvent(next: Fold, run: RunState, event: TaskEvent, seq: number): void {
  switch (event.type) {
    case "step.started":
      run.step = event.step;
      run.account = event.account;
      if (event.expansion !== undefined) takeExpansion(run, event.expansion);
      run.phase = { type: "call_model", packedHits: event.packedHits };
      return;
    case "model.replied":
      takeReply(next, run, event, seq);
      return;
    case "model.failed":
      run.modelFailures += 1;
      if (!event.willRetry) run.phase = { type: "ending", ending: endingOfFailure(event) };
      return;
    case "notice.given":
      noteNotice(next, run, event, seq);
      return;
    case "protocol.changed":
      noteProtocol(run, event);
      return;
    case "model.switched":
      switchModel(run, event);
      return;
    case "tool.called":
      startCall(run, event);
      return;
    case "tool.returned":
      takeObservation(next, run, event, seq);
      return;
    default:
  }
}

function endingOfFailure(event: TaskEventOf<"model.failed">): Ending {
  if (event.code === "unavailable" || event.code === "timeout") {
    return { type: "stop", reason: "model_unavailable", message: event.message };
  }
  return { type: "fail", code: event.code, message: event.message, retryable: false };
}
