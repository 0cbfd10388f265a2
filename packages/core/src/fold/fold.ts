// state = fold(events). Pure: the same events give the same state, byte for byte; the prompt and the next intent follow from it alone.
import { type EventEnvelope, OutpostError, type TaskEvent, type TaskEventOf, taskStateAfter } from "@outpost/protocol";
import { noteResumed, takeDecision } from "./approvals.ts";
import { closeCall, countDropped, endStep, maxCallsPerReply, planCalls, startCall } from "./calls.ts";
import { noteRepetition } from "./repetition.ts";
import { startRun } from "./start-run.ts";
import type { Ending, Fold, HistoryItem, RunState } from "./state.ts";
import { switchModel } from "./switch-model.ts";

const emptyReplyNotice =
  "Your last reply held neither text nor a tool call. Call a tool to go on, or call finish with what you found.";
const cutReplyNotice = "Your last reply was cut off before it was complete. Go on in smaller pieces.";
const notRunNotice = "not run: the run ended before this call";

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
    history: [],
    waitingMessages: [],
    foldedThroughSeq: 0,
    cancelRequested: false,
    needsCheckpoint: false,
    checkpoint: null,
    isBaseBehind: false,
    filesTouched: new Set(),
    tests: [],
    testsBeforeLastEdit: 0,
    revision: 0,
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
      addMessage(next, { kind: "person", seq, text: event.text });
      return;
    case "task.cancel_requested":
      next.cancelRequested = next.state === "running";
      return;
    case "history.folded":
      next.foldedThroughSeq = event.throughSeq;
      return;
    case "approval.requested":
      next.openApproval = { approvalId: event.approvalId, kind: event.kind, callId: event.callId };
      return;
    case "approval.decided":
      takeDecision(next, event, seq);
      return;
    case "change.proposed":
      next.revision = event.change.revision;
      return;
    case "change.applied":
      next.isBaseBehind = event.target === "checkout";
      return;
    case "change.reverted":
      next.isBaseBehind = false;
      return;
    case "checkpoint.created":
      next.checkpoint = { number: event.number, commit: event.commit };
      next.needsCheckpoint = false;
      return;
    default:
      if (next.run) applyStepEvent(next, next.run, event, seq);
  }
}

function applyStepEvent(next: Fold, run: RunState, event: TaskEvent, seq: number): void {
  switch (event.type) {
    case "step.started":
      run.step = event.step;
      run.account = event.account;
      run.phase = { type: "call_model", packedHits: event.packedHits };
      return;
    case "model.replied":
      takeReply(next, run, event, seq);
      return;
    case "model.failed":
      run.modelFailures += 1;
      if (!event.willRetry) run.phase = { type: "ending", ending: endingOfFailure(event) };
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

function takeReply(next: Fold, run: RunState, event: TaskEventOf<"model.replied">, seq: number): void {
  const { reply } = event;
  const calls = planCalls(reply, run.attempt, event.step);
  const dropped = countDropped(reply);
  run.modelFailures = 0;
  run.modelsGivenUp = [];
  run.losses = 0;
  run.tokensUsed += (reply.usage.promptTokens ?? estimatedPrompt(run)) + (reply.usage.outputTokens ?? 0);
  next.history = [...next.history, { kind: "assistant", seq, content: reply.content, calls }];
  if (calls.length > 0) {
    run.emptyReplies = 0;
    run.phase = { type: "calls", pending: calls, current: null };
    if (dropped > 0) {
      const text = `Your last reply asked for ${dropped} calls more than the ${maxCallsPerReply} that one reply may; they were not run.`;
      next.waitingMessages = [...next.waitingMessages, { kind: "notice", seq, text }];
    }
  } else if (reply.finishReason === "stop" && reply.content.trim() !== "") {
    // Text without a call is how many models say that they are done.
    run.phase = { type: "ending", ending: { type: "finish", summary: reply.content.trim(), citations: [] } };
  } else {
    nudge(next, run, reply.finishReason === "stop" ? emptyReplyNotice : cutReplyNotice, seq);
  }
}

/** For servers that do not say what a prompt cost them. */
function estimatedPrompt({ account }: RunState): number {
  return account === null ? 0 : account.system + account.tools + account.history + account.hits;
}

function nudge(next: Fold, run: RunState, text: string, seq: number): void {
  run.emptyReplies += 1;
  if (run.emptyReplies > 2) {
    const message = "the model gave three replies in a row that were empty or cut off";
    run.phase = { type: "ending", ending: { type: "stop", reason: "no_reply", message } };
    return;
  }
  next.history = [...next.history, { kind: "notice", seq, text }];
  run.phase = { type: "retrieve" };
}

function takeObservation(next: Fold, run: RunState, event: TaskEventOf<"tool.returned">, seq: number): void {
  if (run.phase.type !== "calls") return;
  const call = run.phase.current?.call;
  if (!call) return;
  const item: HistoryItem = {
    kind: "observation",
    seq,
    callId: call.callId,
    toolName: call.name,
    text: event.observation,
  };
  next.history = [...next.history, item];
  if (!event.interrupted) run.losses = 0;
  if (event.tests.length > 0) next.tests = [...next.tests, ...event.tests];
  if (event.filesTouched.length > 0) {
    next.needsCheckpoint = true;
    next.filesTouched = new Set([...next.filesTouched, ...event.filesTouched]);
    next.testsBeforeLastEdit = next.tests.length;
  }
  const pending = closeCall(run, call);
  if (event.ok && effectOf(run, call.name) === "end") {
    answerOpenCalls(next, run, seq);
    run.phase = { type: "ending", ending: finishOf(call.arguments) };
    return;
  }
  noteRepetition(next, run, call, event.observation, seq);
  if (pending.length === 0) endStep(next, run);
}

/** Each call of a reply is answered before anything else follows it: some model servers refuse a history where one is not. */
function answerOpenCalls(next: Fold, run: RunState, seq: number): void {
  if (run.phase.type !== "calls") return;
  const answers = run.phase.pending.map(
    ({ callId, name }): HistoryItem => ({ kind: "observation", seq, callId, toolName: name, text: notRunNotice }),
  );
  next.history = [...next.history, ...answers];
}

export function effectOf(run: RunState, toolName: string): RunState["tools"][number]["effect"] | null {
  return run.tools.find((tool) => tool.name === toolName)?.effect ?? null;
}

function finishOf(given: Record<string, unknown>): Ending {
  const citations = Array.isArray(given["citations"]) ? given["citations"] : [];
  return {
    type: "finish",
    summary: typeof given["summary"] === "string" ? given["summary"] : "",
    citations: citations.flatMap((value: unknown) => {
      const record = (value ?? {}) as Record<string, unknown>;
      const path = record["path"];
      const startLine = Number(record["start_line"]);
      const endLine = Number(record["end_line"] ?? record["start_line"]);
      if (typeof path !== "string" || !Number.isInteger(startLine) || startLine < 1) return [];
      return [{ path, startLine, endLine: Number.isInteger(endLine) && endLine >= startLine ? endLine : startLine }];
    }),
  };
}

function addMessage(next: Fold, item: HistoryItem): void {
  if (next.run?.phase.type === "calls") next.waitingMessages = [...next.waitingMessages, item];
  else next.history = [...next.history, item];
}
