// How a model's window is shared out. All shares are of the window that the run was given; the numbers are the policy.
// Texts are measured in estimated tokens (tokens.ts). A server that counts more for the same prompt is believed: from then on the
// window is taken to be that much smaller, so that what fits by our estimate fits by its count.
import type { RunState } from "../fold/state.ts";

export interface WindowBudget {
  /** Estimated tokens, like everything here but `maxOutputTokens`. */
  window: number;
  reply: number;
  hits: number;
  /** What is known of the repository; a part of what comes before `foldAbove`. */
  memory: number;
  /** One observation. */
  observation: number;
  /** System prompt, tools, history and plan together may take this much before history is folded. */
  foldAbove: number;
  /** Of the reply, as the server counts. */
  maxOutputTokens: number;
}

const replyShare = 0.25;
const maxReplyTokens = 4096;
const hitShare = 0.15;
const maxHitTokens = 3000;
const memoryShare = 0.08;
const maxMemoryTokens = 1500;
const observationShare = 0.12;
const maxObservationTokens = 4000;

/** Windows under this get fewer tools, in fewer words. */
export const compactBelowTokens = 8192;

/** `factor`: tokens that the server counts for one of ours, at least 1. */
export function shareWindow(windowTokens: number, factor = 1): WindowBudget {
  const window = Math.floor(windowTokens / factor);
  const maxOutputTokens = Math.min(maxReplyTokens, Math.floor(windowTokens * replyShare));
  const reply = Math.ceil(maxOutputTokens / factor);
  const hits = Math.min(maxHitTokens, Math.floor(window * hitShare));
  return {
    window,
    reply,
    hits,
    memory: Math.min(maxMemoryTokens, Math.floor(window * memoryShare)),
    observation: Math.min(maxObservationTokens, Math.floor(window * observationShare)),
    foldAbove: window - reply - hits,
    maxOutputTokens,
  };
}

export function budgetOf(run: RunState): WindowBudget {
  return shareWindow(run.model.windowTokens, run.tokenFactor);
}
