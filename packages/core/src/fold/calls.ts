// From the calls of a model's reply to calls the loop can handle, and each call's beginning and end. Never guesses what a call means: that
// is for the tool's own `parse`.
import type { RawToolCall, TaskEventOf } from "@outpost/protocol";
import { noteStepEnd } from "./guards.ts";
import type { CurrentCall, Fold, PlannedCall, RunState } from "./state.ts";

/** A reply asks for at most this many calls; the rest are dropped and the model is told. */
export const maxCallsPerReply = 64;

export function countDropped(calls: readonly RawToolCall[]): number {
  return Math.max(0, calls.length - maxCallsPerReply);
}

/** `step` makes the ids unique within the task, whatever the server calls them. */
export function planCalls(calls: readonly RawToolCall[], attempt: number, step: number): PlannedCall[] {
  return calls.slice(0, maxCallsPerReply).map((call, index) => ({
    callId: `c${attempt}_${step}_${index + 1}`,
    name: call.name,
    arguments: argumentsObject(call),
  }));
}

function argumentsObject(call: RawToolCall): Record<string, unknown> {
  const value = typeof call.arguments === "string" ? parseJson(call.arguments) : call.arguments;
  if (value !== null && typeof value === "object" && !Array.isArray(value)) return value as Record<string, unknown>;
  return value === null || value === undefined || value === "" ? {} : { input: value };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

export function startCall(run: RunState, event: TaskEventOf<"tool.called">): void {
  if (run.phase.type !== "calls") return;
  const call = { callId: event.callId, name: event.name, arguments: event.arguments };
  const current: CurrentCall = {
    call,
    stage: event.verdict === "ask" ? "asking" : "running",
    interrupted: false,
    subject: event.verdict === "ask" && event.reason !== undefined ? subjectOf(event, event.reason) : null,
    approvalId: event.approvalId ?? null,
  };
  run.phase = { ...run.phase, current };
}

function subjectOf(event: TaskEventOf<"tool.called">, reason: string): CurrentCall["subject"] {
  const { name: toolName, arguments: given, argv = null, cwd = null, rule = null, policyHash = null } = event;
  return { toolName, arguments: given, argv, cwd, reason, rule, policyHash };
}

/** The call was answered. Returns what is left of the reply. */
export function closeCall(run: RunState, call: PlannedCall): PlannedCall[] {
  if (run.phase.type !== "calls") return [];
  const pending = run.phase.pending.filter((other) => other.callId !== call.callId);
  run.phase = { type: "calls", pending, current: null };
  return pending;
}

/** Every call of the reply was answered. */
export function endStep(next: Fold, run: RunState): void {
  next.history = [...next.history, ...next.waitingMessages];
  next.waitingMessages = [];
  run.phase = { type: "retrieve" };
  noteStepEnd(next, run);
}
