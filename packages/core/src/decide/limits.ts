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
  const overBudget = budgetUsed(state, run);
  if (overBudget) return overBudget;
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

/** Of the task, over all of its runs. */
function budgetUsed({ spec: { budget = {} }, spent }: Fold, run: RunState): Stop | null {
  const ended = (what: string, reason: Stop["reason"]): Stop => ({
    reason,
    message: `the task's budget of ${what} is used up over its runs; submit a new task to go on`,
  });
  if (budget.steps !== undefined && spent.steps + run.step >= budget.steps)
    return ended(`${budget.steps} steps`, "step_limit");
  if (budget.tokens !== undefined && spent.tokens + run.tokensUsed >= budget.tokens)
    return ended(`${budget.tokens} tokens`, "token_limit");
  if (budget.wallClockMs !== undefined && spent.activeMs + run.activeMs >= budget.wallClockMs)
    return ended(`${budget.wallClockMs} ms`, "time_limit");
  return null;
}
