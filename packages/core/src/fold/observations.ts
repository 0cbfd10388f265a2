// What a tool call's beginning and end do to the state.
import type { RunTool, TaskEventOf } from "@outpost/protocol";
import { taintFrom } from "../policy/taint.ts";
import { readModelReview } from "../review/read-model-review.ts";
import { closeCall, endStep } from "./calls.ts";
import { noteObservation } from "./guards.ts";
import { changeProtocol, maxRefusals } from "./ladder.ts";
import type { Ending, Fold, HistoryItem, PlannedCall, RunState } from "./state.ts";

const notRunNotice = "not run: the run ended before this call";

export function takeObservation(next: Fold, run: RunState, event: TaskEventOf<"tool.returned">, seq: number): void {
  if (run.phase.type !== "calls") return;
  const call = run.phase.current?.call;
  if (!call) return;
  const isPassing = event.refused === true;
  const { callId, name: toolName } = call;
  next.history = [...next.history, { kind: "observation", seq, callId, toolName, text: event.observation, isPassing }];
  next.taint ??= taintFrom(event);
  const pending = closeCall(run, call);
  if (!event.interrupted) run.losses = 0;
  if (event.tests.length > 0) {
    next.tests = [...next.tests, ...event.tests];
    next.testCall = call;
  }
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
  if (pending.length === 0) endStep(next, run);
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
    review: readModelReview(given),
  };
}
