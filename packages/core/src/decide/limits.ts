// What ends a run between two steps, before it has come to its own end. In the order in which it is told.
import type { Fold, RunState, Stop } from "../fold/state.ts";
import { isOverWindow } from "../prompt/compact-history.ts";

export function limitReached(state: Fold, run: RunState): Stop | null {
  const { limits } = state.spec;
  if (run.stop) return run.stop;
  if (run.step >= limits.steps) {
    return {
      reason: "step_limit",
      message: `the limit of ${limits.steps} steps is reached; raise limits.steps or send a message to go on`,
    };
  }
  if (run.tokensUsed >= limits.tokens) {
    return {
      reason: "token_limit",
      message: `the limit of ${limits.tokens} tokens is reached; raise limits.tokens or send a message to go on`,
    };
  }
  if (isOverWindow(state, run)) {
    const message = `the conversation no longer fits the model's window of ${run.model.windowTokens} tokens; choose a model with a larger one or a smaller task`;
    return { reason: "window", message };
  }
  if (run.activeMs >= limits.wallClockMs) {
    return {
      reason: "time_limit",
      message: `the limit of ${limits.wallClockMs} ms is reached; raise limits.wallClockMs or send a message to go on`,
    };
  }
  return null;
}
