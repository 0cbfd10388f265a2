// Folding of old history: in batches, so that the prefix that a server has cached changes seldom. What is folded can be had again
// by calling the tool again; nothing is lost from the log.
import type { Fold, RunState } from "../fold/state.ts";
import { shareWindow } from "./budget.ts";
import { prefixTokens } from "./compose-request.ts";

/** The newest items that are never folded. */
const keepItems = 2;

/**
 * The sequence number through which history should be folded now, or null. Folds the older half of what is unfolded when the prompt
 * without hits would pass its share of the window; null as well when nothing is left to fold.
 */
export function historyToFold(state: Fold, run: RunState): number | null {
  if (prefixTokens(state, run) <= shareWindow(run.model.windowTokens).foldAbove) return null;
  const unfolded = state.history.filter((item) => item.seq > state.foldedThroughSeq);
  const foldable = unfolded.slice(0, Math.max(0, unfolded.length - keepItems));
  const last = foldable[Math.ceil(foldable.length / 2)] ?? foldable.at(-1);
  return last ? last.seq : null;
}

/** Whether the prompt without hits is over the window although all that may be folded is. */
export function isOverWindow(state: Fold, run: RunState): boolean {
  const { window, reply } = shareWindow(run.model.windowTokens);
  return prefixTokens(state, run) > window - reply && historyToFold(state, run) === null;
}
