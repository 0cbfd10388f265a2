// What the loop's own words and measures do to the state: notices, another way of making calls, summaries, the plan.
import type { TaskEventOf, UsedExpansion } from "@outpost/protocol";
import type { Fold, RunState } from "./state.ts";
import { passingNotices } from "./troubles.ts";

export function noteNotice(next: Fold, run: RunState, event: TaskEventOf<"notice.given">, seq: number): void {
  const isPassing = passingNotices.has(event.kind);
  next.history = [...next.history, { kind: "notice", seq, text: event.text, isPassing }];
  const due = run.notices.findIndex(({ kind }) => kind === event.kind);
  if (due >= 0) run.notices = run.notices.filter((_, index) => index !== due);
}

/** Asked once a run, also in vain. What it cost counts like a step's. */
export function takeExpansion(run: RunState, expansion: UsedExpansion | null): void {
  run.expansion = { isDue: false, words: null };
  if (expansion === null) return;
  const { names, words, usage } = expansion;
  if (names.length + words.length > 0) run.expansion.words = { names, words };
  run.tokensUsed += (usage?.promptTokens ?? 0) + (usage?.outputTokens ?? 0);
}

export function noteProtocol(run: RunState, event: TaskEventOf<"protocol.changed">): void {
  run.protocol = event.protocol;
  run.protocolInstructions = event.instructions;
  run.protocolsTried = [...new Set([...run.protocolsTried, event.protocol])];
  run.protocolDue = null;
  run.refusals = 0;
}

/** A summary that is followed by the next one at once, or that saves nothing, means that there is no room to work in. */
const summariesInVain = 3;
const stepsBetween = 1;
const smallestGain = 0.1;

export function noteSummary(run: RunState, event: TaskEventOf<"history.summarised">): void {
  run.summarisedAt = [...run.summarisedAt, run.step].slice(-summariesInVain);
  const first = run.summarisedAt[0] ?? 0;
  const isHurried =
    run.summarisedAt.length === summariesInVain &&
    run.step - first <= stepsBetween * (summariesInVain - 1) &&
    run.guards.lastProgressStep < first;
  const gain = 1 - event.tokensAfter / Math.max(1, event.tokensBefore);
  if (!isHurried && gain >= smallestGain) return;
  const message = `summarising the conversation no longer makes room to work in within the model's window of ${run.model.windowTokens} tokens; choose a model with a larger one or a smaller task`;
  run.stop ??= { reason: "window", message };
}

export function notePlan(next: Fold, event: TaskEventOf<"plan.updated">): void {
  next.plan = event.plan;
  next.isPlanEdited = event.by !== "model";
  if (next.planStage === "drafting" && event.by === "model") next.planStage = "proposed";
}
