// What a tool call's beginning and end do to the state.
import type { RunTool, TaskEventOf } from "@outpost/protocol";
import { noteObservation, noteStepEnd } from "./guards.ts";
import { changeProtocol, maxRefusals } from "./ladder.ts";
import type { Ending, Fold, HistoryItem, PlannedCall, RunState } from "./state.ts";

const notRunNotice = "not run: the run ended before this call";

export function startCall(run: RunState, event: TaskEventOf<"tool.called">): void {
  if (run.phase.type !== "calls") return;
  const call = { callId: event.callId, name: event.name, arguments: event.arguments };
  run.phase = { ...run.phase, current: { call, interrupted: false } };
}

export function takeObservation(next: Fold, run: RunState, event: TaskEventOf<"tool.returned">, seq: number): void {
  if (run.phase.type !== "calls") return;
  const call = run.phase.current?.call;
  if (!call) return;
  const isPassing = event.refused === true;
  answerCall(next, run, { call, text: event.observation, isPassing }, seq);
  if (!event.interrupted) run.losses = 0;
  if (event.tests.length > 0) next.tests = [...next.tests, ...event.tests];
  if (event.filesTouched.length > 0) {
    next.needsCheckpoint = true;
    next.filesTouched = new Set([...next.filesTouched, ...event.filesTouched]);
    next.testsBeforeLastEdit = next.tests.length;
  }
  if (event.ok && effectOf(run, call.name) === "end") {
    answerOpenCalls(next, run, seq);
    run.phase = { type: "ending", ending: finishOf(call.arguments) };
    return;
  }
  noteRefusal(run, call, isPassing);
  noteObservation(run, call, effectOf(run, call.name), event);
  endStepWhenDone(next, run);
}

/** A call that was understood makes good for all that were not. */
function noteRefusal(run: RunState, call: PlannedCall, refused: boolean): void {
  if (!refused) {
    run.refusals = 0;
    run.troubles = {};
    return;
  }
  run.refusals += 1;
  if (run.refusals < maxRefusals || run.protocolDue) return;
  const reason = `${run.refusals} calls in a row could not be understood`;
  if (changeProtocol(run, { writes: effectOf(run, call.name) === "write", reason })) return;
  run.stop ??= { reason: "malformed_calls", message: `${reason}, in any of the ways the model was offered` };
}

/** The call under way is answered; the next one is due. */
export function answerCall(
  next: Fold,
  run: RunState,
  answer: { call: PlannedCall; text: string; isPassing: boolean },
  seq: number,
): void {
  if (run.phase.type !== "calls") return;
  const { callId, name } = answer.call;
  const { text, isPassing } = answer;
  next.history = [...next.history, { kind: "observation", seq, callId, toolName: name, text, isPassing }];
  const pending = run.phase.pending.filter((other) => other.callId !== callId);
  run.phase = { type: "calls", pending, current: null };
}

export function endStepWhenDone(next: Fold, run: RunState): void {
  if (run.phase.type !== "calls" || run.phase.pending.length > 0) return;
  next.history = [...next.history, ...next.waitingMessages];
  next.waitingMessages = [];
  run.phase = { type: "retrieve" };
  noteStepEnd(next, run);
}

/** Each call of a reply is answered before anything else follows it: some model servers refuse a history where one is not. */
export function answerOpenCalls(next: Fold, run: RunState, seq: number): void {
  if (run.phase.type !== "calls") return;
  const answers = run.phase.pending.map(
    ({ callId, name }): HistoryItem => ({
      kind: "observation",
      seq,
      callId,
      toolName: name,
      text: notRunNotice,
      isPassing: false,
    }),
  );
  next.history = [...next.history, ...answers];
}

export function effectOf(run: RunState, toolName: string): RunTool["effect"] | null {
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
