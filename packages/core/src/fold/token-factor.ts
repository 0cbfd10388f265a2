// How many tokens a server counts for one of our estimate, learned from what it says of the prompts it was sent. Never under 1: a server
// that counts only what it had not cached must not make a prompt larger than its window.
import type { ModelReply } from "@outpost/protocol";
import type { RunState } from "./state.ts";

/** No tokenizer is further off than this; what is, is not about the prompt. */
const largestFactor = 3;

export function learnTokenFactor(run: RunState, { usage }: ModelReply): void {
  const { account } = run;
  if (account === null || usage.promptTokens === null) return;
  const counted = account.system + account.tools + account.memory + account.history + account.plan + account.hits;
  const factor = (usage.promptTokens * account.factor) / Math.max(1, counted);
  if (factor <= largestFactor) run.tokenFactor = Math.max(run.tokenFactor, factor);
}
