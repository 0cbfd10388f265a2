// Whether a run that ended badly is followed by another by itself, and when: failures that may pass, a bounded number of times, each time
// after twice the wait. Pure; the time comes in.
import type { RunOutcome, TaskEvent } from "@outpost/protocol";
import type { Fold } from "../fold/state.ts";
import { jitterOf } from "./retry.ts";

export interface RetrySettings {
  /** For tasks that do not say; 0: never. */
  limit: number;
  /** Before the first retry; doubled for each one after it. */
  delayMs: number;
}

const maxDelayMs = 3_600_000;

/** What is appended behind the end of the run; nothing where it is no failure of that kind. `state`: as the end leaves it. */
export function planRetry(state: Fold, outcome: RunOutcome, nowMs: number, settings: RetrySettings): TaskEvent[] {
  const because = failureOf(outcome);
  const limit = state.spec.retries ?? settings.limit;
  if (because === null || limit === 0) return [];
  if (state.retries < limit) {
    const retry = state.retries + 1;
    const notBeforeMs = nowMs + delayMs(retry, state.taskId, settings);
    const words = `retry ${retry} of ${limit}: ${because}`;
    return [{ type: "task.queued", reason: "retry", retry, notBeforeMs, because: words }];
  }
  // What was stopped may carry a change, which a person can still take.
  if (outcome.type !== "failed") return [];
  return [{ type: "task.died", retries: state.retries, because: `given up after ${limit} retries: ${because}` }];
}

function failureOf(outcome: RunOutcome): string | null {
  if (outcome.type === "failed" && outcome.retryable) return outcome.message;
  return outcome.type === "stopped" && outcome.reason === "model_unavailable" ? outcome.message : null;
}

function delayMs(retry: number, taskId: string, settings: RetrySettings): number {
  const middle = Math.min(maxDelayMs, settings.delayMs * 2 ** (retry - 1));
  return Math.round(middle * jitterOf(`${taskId} ${retry}`));
}
