// What a model's reply does to the state: calls to make, the end of the run, or trouble. The raw reply is in the log; how it is read
// depends on the way of making calls that the run was at.
import type { ModelReply, RawToolCall, TaskEventOf } from "@outpost/protocol";
import { parseJsonCall } from "../protocols/json-protocol.ts";
import { parseTextCalls } from "../protocols/parse-text-calls.ts";
import { countDropped, maxCallsPerReply, planCalls } from "./calls.ts";
import { beforeChant } from "./chant.ts";
import type { Fold, PlannedCall, RunState } from "./state.ts";
import { learnTokenFactor } from "./token-factor.ts";
import { meetTrouble, sayTrouble, troubleOf } from "./troubles.ts";

/** Of a reply that nothing was done with, this much is shown to the model again. */
const keptOfTrouble = 300;

export function takeReply(next: Fold, run: RunState, event: TaskEventOf<"model.replied">, seq: number): void {
  const { reply } = event;
  run.modelFailures = 0;
  run.modelsGivenUp = [];
  run.losses = 0;
  learnTokenFactor(run, reply);
  run.tokensUsed += (reply.usage.promptTokens ?? estimatedPrompt(run)) + (reply.usage.outputTokens ?? 0);
  const { toolCalls, content, problem } = readReply(run, reply);
  const calls = planCalls(toolCalls, run.attempt, event.step);
  if (calls.length > 0) takeCalls(next, run, { calls, content, dropped: countDropped(toolCalls) }, seq);
  else takeText(next, run, { content, problem, trouble: troubleOf(reply) }, seq);
}

/** A reply that asks for nothing: it is the end, or trouble. */
function takeText(
  next: Fold,
  run: RunState,
  given: { content: string; problem: string | null; trouble: ReturnType<typeof troubleOf> },
  seq: number,
): void {
  const { content, problem, trouble } = given;
  const isWhole = problem === null && trouble === null;
  if (isWhole) next.history = [...next.history, { kind: "assistant", seq, content, calls: [], isPassing: false }];
  else remember(next, trouble === "repetition" ? beforeChant(content, keptOfTrouble) : content, seq);
  if (problem !== null) meetTrouble(run, "broken_call", problem);
  else if (trouble !== null) meetTrouble(run, trouble);
  else if (isEarly(next, run)) {
    run.guards = { ...run.guards, warned: new Set(run.guards.warned).add("no_call") };
    sayTrouble(run, "no_call");
  } else {
    // Text without a call is how many models say that they are done.
    run.phase = {
      type: "ending",
      ending: { type: "finish", summary: content.trim(), citations: [], review: { notes: [], confidence: null } },
    };
  }
}

interface ReadReply {
  toolCalls: readonly RawToolCall[];
  content: string;
  problem: string | null;
}

/** Calls that the server itself made out are calls, whatever was agreed. */
function readReply(run: RunState, reply: ModelReply): ReadReply {
  const { content, toolCalls } = reply;
  if (run.protocol === "native" || toolCalls.length > 0) return { content, toolCalls, problem: null };
  // A model may fall into the other way of the two; what is whole in it is a call all the same.
  const [parse, other] = run.protocol === "text" ? [parseTextCalls, parseJsonCall] : [parseJsonCall, parseTextCalls];
  const first = parse(content, run.tools);
  const second = first.calls.length === 0 ? other(content, run.tools) : first;
  const { calls, prose, problem } = second.calls.length > 0 ? second : first;
  // What was cut off is told as that.
  return { toolCalls: calls, content: prose, problem: reply.finishReason === "stop" ? problem : null };
}

function takeCalls(
  next: Fold,
  run: RunState,
  given: { calls: PlannedCall[]; content: string; dropped: number },
  seq: number,
): void {
  const { calls, content, dropped } = given;
  next.history = [...next.history, { kind: "assistant", seq, content, calls, isPassing: false }];
  run.phase = { type: "calls", pending: calls, current: null };
  if (dropped === 0) return;
  const text = `Your last reply asked for ${dropped} calls more than the ${maxCallsPerReply} that one reply may; they were not run.`;
  run.notices = [...run.notices, { kind: "dropped_calls", text }];
}

function remember(next: Fold, content: string, seq: number): void {
  const text = content.trim();
  if (text === "") return;
  const kept = text.length > keptOfTrouble ? `${text.slice(0, keptOfTrouble)} […]` : text;
  next.history = [...next.history, { kind: "assistant", seq, content: kept, calls: [], isPassing: true }];
}

/** An edit task in which nothing was changed yet: its first text without a call is more often a plan than the end. */
function isEarly(next: Fold, run: RunState): boolean {
  return next.spec.workflow === "edit" && next.filesTouched.size === 0 && !run.guards.warned.has("no_call");
}

/** For servers that do not say what a prompt cost them. */
function estimatedPrompt({ account }: RunState): number {
  if (account === null) return 0;
  return account.system + account.tools + account.memory + account.history + account.plan + account.hits;
}
