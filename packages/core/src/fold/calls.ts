// From the calls of a model's reply to calls the loop can handle. Never guesses what a call means: that is for the tool's own `parse`.
import type { RawToolCall } from "@outpost/protocol";
import type { PlannedCall } from "./state.ts";

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
