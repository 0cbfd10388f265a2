// The beginning of a run: what of the task's past it goes on with. Knows nothing of steps.
import type { TaskEventOf } from "@outpost/protocol";
import { initialGuards } from "./guards.ts";
import { beginProtocol } from "./ladder.ts";
import type { Fold, RunState } from "./state.ts";

export function startRun(next: Fold, event: TaskEventOf<"run.started">): void {
  next.attempts = event.attempt;
  if (next.run) next.spent = add(next.spent, next.run);
  next.outcome = null;
  next.cancelRequested = false;
  next.history = [...next.history, ...next.waitingMessages];
  next.waitingMessages = [];
  if (next.run && next.run.baseCommit !== event.baseCommit) leaveBase(next, event);
  next.run = {
    runId: event.runId,
    attempt: event.attempt,
    baseCommit: event.baseCommit,
    model: event.model,
    systemPrompt: event.systemPrompt,
    dataMark: event.dataMark ?? "",
    tools: event.tools,
    memory: event.memory ?? null,
    expansion: { isDue: event.expandsGoal === true, words: null },
    step: 0,
    phase: { type: "retrieve" },
    activeMs: 0,
    tokensUsed: 0,
    account: null,
    tokenFactor: 1,
    modelFailures: 0,
    modelsGivenUp: [],
    protocol: "native",
    protocolInstructions: "",
    protocolsTried: [],
    protocolDue: null,
    troubles: {},
    refusals: 0,
    notices: [],
    guards: initialGuards,
    stop: null,
    summarisedAt: [],
    thinksTooLong: false,
    losses: 0,
  };
  beginProtocol(next.run);
  if (event.planFirst && next.planStage === "none") beginPlan(next, next.run);
}

function add({ steps, tokens, activeMs }: Fold["spent"], run: RunState): Fold["spent"] {
  return { steps: steps + run.step, tokens: tokens + run.tokensUsed, activeMs: activeMs + run.activeMs };
}

function beginPlan(next: Fold, run: RunState): void {
  next.planStage = "drafting";
  const text =
    "Make a plan before anything else: look at the code with the reading tools, then call update_plan with the steps, the files to read and to modify, what you assume, and the tests to run. A person decides about it; until then nothing can be changed.";
  run.notices = [...run.notices, { kind: "plan", text }];
}

/** What was done is part of the new base, or was never begun: nothing differs from it yet. */
function leaveBase(next: Fold, { baseCommit }: TaskEventOf<"run.started">): void {
  next.isBaseBehind &&= isNoCommit(baseCommit);
  next.checkpoint = null;
  next.needsCheckpoint = false;
  next.filesTouched = new Set();
  next.tests = [];
  next.testsBeforeLastEdit = 0;
}

/** A run that could not be started has no base; zeros stand for it. */
export function isNoCommit(commit: string): boolean {
  return /^0+$/.test(commit);
}
