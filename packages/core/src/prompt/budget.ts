// How a model's window is shared out. All shares are of the window that the run was given; the numbers are the policy.

export interface WindowBudget {
  /** Tokens. */
  window: number;
  reply: number;
  hits: number;
  /** One observation, in tokens. */
  observation: number;
  /** System prompt, tools and history together may take this much before history is folded. */
  foldAbove: number;
}

const replyShare = 0.25;
const maxReplyTokens = 4096;
const hitShare = 0.15;
const maxHitTokens = 3000;
const observationShare = 0.12;
const maxObservationTokens = 4000;

export function shareWindow(windowTokens: number): WindowBudget {
  const reply = Math.min(maxReplyTokens, Math.floor(windowTokens * replyShare));
  const hits = Math.min(maxHitTokens, Math.floor(windowTokens * hitShare));
  return {
    window: windowTokens,
    reply,
    hits,
    observation: Math.min(maxObservationTokens, Math.floor(windowTokens * observationShare)),
    foldAbove: windowTokens - reply - hits,
  };
}
