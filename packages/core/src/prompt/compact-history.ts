// Making room in a full window, in batches, so that the prefix that a server has cached changes seldom. First old items are folded (what
// they held can be had again by calling the tool again), those that still matter last; then old steps give way to a note of the work.
// Nothing is lost from the log. Pure.
import type { WorkState } from "@outpost/protocol";
import type { Fold, HistoryItem, RunState } from "../fold/state.ts";
import { budgetOf } from "./budget.ts";
import { prefixTokens } from "./compose-request.ts";
import { shownItems } from "./history-messages.ts";
import { composeWorkState } from "./work-state.ts";

/** The newest items that are never folded. */
const keepItems = 2;
/** Steps that a summary leaves as they are. */
const keepSteps = 2;
/** A fold that leaves more of the room than this is not worth it: the next step would need another. */
const enough = 0.85;
/** What a summary should leave of the room at most. */
const afterSummary = 0.7;

export type Compaction =
  | { type: "fold_history"; throughSeq: number; keptSeqs: number[] }
  | { type: "summarise"; throughSeq: number; workState: WorkState; tokensBefore: number; tokensAfter: number };

/** What to do about a prompt that, without hits, is over its share of the window; null: it is not, or nothing can be done. */
export function compactHistory(state: Fold, run: RunState): Compaction | null {
  const { foldAbove } = budgetOf(run);
  const tokens = prefixTokens(state, run);
  if (tokens <= foldAbove) return null;
  const fold = foldOlder(state);
  if (fold && prefixTokens(foldedState(state, fold), run) <= foldAbove * enough) return fold;
  return summariseOlder(state, run, tokens) ?? fold;
}

/** Whether the prompt without hits is over the window although all that can be done about it is done. */
export function isOverWindow(state: Fold, run: RunState): boolean {
  const { window, reply } = budgetOf(run);
  return prefixTokens(state, run) > window - reply && compactHistory(state, run) === null;
}

function foldedState(state: Fold, fold: { throughSeq: number; keptSeqs: readonly number[] }): Fold {
  return { ...state, foldedThroughSeq: fold.throughSeq, keptSeqs: new Set(fold.keptSeqs) };
}

/** The older half of what is not folded; of it, what still matters stays whole until the next time. */
function foldOlder(state: Fold): Extract<Compaction, { type: "fold_history" }> | null {
  const items = shownItems(state);
  const unfolded = items.filter((item) => item.seq > state.foldedThroughSeq);
  const foldable = unfolded.slice(0, Math.max(0, unfolded.length - keepItems));
  const last = foldable[Math.ceil(foldable.length / 2)] ?? foldable.at(-1);
  if (!last) return null;
  const matters = stillMatters(items);
  const keptSeqs = matters !== null && matters <= last.seq && !state.keptSeqs.has(matters) ? [matters] : [];
  return { type: "fold_history", throughSeq: last.seq, keptSeqs };
}

/** The newest observation that says what is wrong: the last run of tests, as long as nothing newer speaks of the same. */
function stillMatters(items: readonly HistoryItem[]): number | null {
  return items.findLast((item) => item.kind === "observation" && item.toolName === "run_tests")?.seq ?? null;
}

/** All steps but the last ones give way to the note. A boundary lies before a reply, so that no call is parted from its answer. */
function summariseOlder(state: Fold, run: RunState, tokensBefore: number): Compaction | null {
  const replies = state.history.filter(
    (item) => item.kind === "assistant" && item.seq > (state.summary?.throughSeq ?? 0),
  );
  const boundaries = [replies.at(-keepSteps), replies.at(-1)].flatMap((reply) => (reply ? [reply.seq - 1] : []));
  const room = budgetOf(run).foldAbove * afterSummary;
  let best: Extract<Compaction, { type: "summarise" }> | null = null;
  for (const throughSeq of new Set(boundaries)) {
    if (!state.history.some((item) => item.seq <= throughSeq && item.seq > (state.summary?.throughSeq ?? 0))) continue;
    const workState = composeWorkState(state, throughSeq);
    const tokensAfter = prefixTokens({ ...state, summary: { throughSeq, workState } }, run);
    if (tokensAfter < tokensBefore) best = { type: "summarise", throughSeq, workState, tokensBefore, tokensAfter };
    if (tokensAfter <= room) break;
  }
  return best;
}
