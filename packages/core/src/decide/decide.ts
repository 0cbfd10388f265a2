// decide(state) → intent. Pure: no clock, no randomness; the same state asks for the same thing, whoever asks and whenever.
import type { ApprovalSubject, CallProtocol, RunOutcome } from "@outpost/protocol";
import { effectOf } from "../fold/observations.ts";
import type { Ending, Fold, PlannedCall, RunState } from "../fold/state.ts";
import { compactHistory } from "../prompt/compact-history.ts";
import { composeRequest } from "../prompt/compose-request.ts";
import { composeQuery, goalOf } from "../prompt/query.ts";
import { describeJsonProtocol } from "../protocols/json-protocol.ts";
import { describeTextProtocol } from "../protocols/text-protocol.ts";
import type { Intent } from "./intent.ts";
import { limitReached } from "./limits.ts";
import { retryDelayMs } from "./retry.ts";

/** A run whose workers die this often at the same place is not given another. */
const maxLosses = 10;

export function decide(state: Fold): Intent {
  const run = state.run;
  if (state.verification && (state.state === "queued" || (state.state === "running" && !state.cancelRequested)))
    return { type: "verify_change", ...state.verification, attempt: state.attempts + 1 };
  if (state.state === "queued") {
    const isUnderWay = run !== null && run.phase.type !== "ended";
    return isUnderWay ? { type: "resume_run" } : { type: "start_run", attempt: state.attempts + 1 };
  }
  // Paused while it was worked on: what was written must be there when it goes on.
  if (state.state === "paused" && run && run.phase.type !== "ended" && state.needsCheckpoint)
    return checkpointIntent(state);
  if (state.state !== "running" || !run) return { type: "rest" };
  if (run.phase.type === "ended") return { type: "rest" };
  if (run.losses >= maxLosses) return { type: "end", outcome: lostTooOften(run.losses) };
  if (run.phase.type === "calls" && run.phase.current?.interrupted) {
    return { type: "report_interrupted", call: run.phase.current.call };
  }
  if (state.cancelRequested) {
    return state.needsCheckpoint ? checkpointIntent(state) : { type: "end", outcome: { type: "cancelled" } };
  }
  return decidePhase(state, run);
}

function decidePhase(state: Fold, run: RunState): Intent {
  const phase = run.phase;
  switch (phase.type) {
    case "calls":
      return decideCall(state, run, phase);
    case "call_model":
      return {
        type: "call_model",
        step: run.step,
        request: composeRequest(state, run, phase.packedHits),
        delayMs: retryDelayMs(run.modelFailures, run.runId),
      };
    case "ending":
      return decideEnding(state, phase.ending);
    case "retrieve":
      return decideStep(state, run);
    case "ended":
      return { type: "rest" };
  }
}

function lostTooOften(losses: number): RunOutcome {
  const message = `${losses} workers were lost one after another at the same place of the run; the server's log says how each ended`;
  return { type: "failed", code: "internal", message, retryable: false };
}

/** Between two steps: limits first, then what the last step left to do, then the next one. */
function decideStep(state: Fold, run: RunState): Intent {
  if (state.needsCheckpoint) return checkpointIntent(state);
  const stop = limitReached(state, run);
  if (stop) return decideEnding(state, { type: "stop", ...stop });
  if (run.protocolDue) return protocolIntent(run, run.protocolDue);
  const [notice] = run.notices;
  if (notice) return { type: "give_notice", ...notice };
  if (state.planStage === "proposed" && state.plan) return { type: "ask_plan", plan: state.plan };
  return compactHistory(state, run) ?? retrieval(state, run);
}

function retrieval(state: Fold, run: RunState): Intent {
  const { isDue, words } = run.expansion;
  const expand = isDue ? goalOf(state) : null;
  return { type: "retrieve", step: run.step + 1, query: composeQuery(state), expand, expansion: words };
}

const instructionsOf: Record<CallProtocol, (tools: RunState["tools"]) => string> = {
  native: () => "",
  json: describeJsonProtocol,
  text: describeTextProtocol,
};

function protocolIntent(run: RunState, due: NonNullable<RunState["protocolDue"]>): Intent {
  return { type: "change_protocol", ...due, instructions: instructionsOf[due.protocol](run.tools) };
}

function checkpointIntent(state: Fold): Intent {
  return { type: "checkpoint", number: (state.checkpoint?.number ?? 0) + 1 };
}

function decideCall(state: Fold, run: RunState, phase: Extract<RunState["phase"], { type: "calls" }>): Intent {
  const call = phase.current?.call ?? phase.pending[0];
  if (!call) return retrieval(state, run);
  const effect = effectOf(run, call.name);
  const isUnapproved = state.planStage === "drafting" || state.planStage === "proposed";
  if (isUnapproved && (effect === "write" || effect === "command"))
    return { type: "refuse_call", step: run.step, call, text: beforePlan };
  // What was written must be restorable before anything is made durable that comes after it.
  if (state.needsCheckpoint && effect !== "write" && effect !== "read") return checkpointIntent(state);
  if (effect === "ask") return { type: "ask_person", step: run.step, call, ...questionOf(call.arguments) };
  if (phase.current?.stage !== "asking")
    return { type: "call_tool", step: run.step, call, approvalId: phase.current?.approvalId ?? null };
  // Whoever waits holds no worktree.
  if (state.needsCheckpoint) return checkpointIntent(state);
  return { type: "ask_approval", call, subject: phase.current.subject ?? unexplained(call) };
}

function unexplained(call: PlannedCall): ApprovalSubject {
  return { toolName: call.name, arguments: call.arguments, argv: null, cwd: null, reason: "", rule: null };
}

const beforePlan =
  "not run: there is no approved plan yet. Look with the reading tools, then call update_plan; a person decides about it.";

function questionOf(given: Record<string, unknown>): { question: string; options: string[] } {
  const options = Array.isArray(given["options"]) ? given["options"].filter((value) => typeof value === "string") : [];
  const question = typeof given["question"] === "string" ? given["question"] : "";
  return { question: question.slice(0, 4000) || "The model asks for your input.", options: options.slice(0, 10) };
}

function decideEnding(state: Fold, ending: Ending): Intent {
  if (state.needsCheckpoint) return checkpointIntent(state);
  switch (ending.type) {
    case "finish":
      if (state.spec.workflow === "ask") return { type: "answer", answer: ending.summary, citations: ending.citations };
      return { type: "propose", summary: ending.summary, stop: null, review: ending.review };
    case "stop": {
      const stop = { type: "stopped" as const, reason: ending.reason, message: ending.message, revision: null };
      if (state.spec.workflow === "ask") return { type: "end", outcome: stop };
      return { type: "propose", summary: ending.message, stop, review: { notes: [], confidence: null } };
    }
    case "fail":
      return {
        type: "end",
        outcome: { type: "failed", code: ending.code, message: ending.message, retryable: ending.retryable },
      };
    case "cancel":
      return { type: "end", outcome: { type: "cancelled" } };
  }
}
