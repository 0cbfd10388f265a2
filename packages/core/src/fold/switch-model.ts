// Another model goes on with the run. Everything that follows (window, shares, prompts) is computed from the new one.
import type { TaskEventOf } from "@outpost/protocol";
import { beginProtocol } from "./ladder.ts";
import type { RunState } from "./state.ts";

export function switchModel(run: RunState, { from, to }: TaskEventOf<"model.switched">): void {
  const isSmaller = to.windowTokens < run.model.windowTokens;
  run.model = to;
  run.modelFailures = 0;
  run.tokenFactor = 1;
  run.modelsGivenUp = [...run.modelsGivenUp, from];
  // What was packed for the larger window may not fit: history is folded and hits are packed again.
  beginProtocol(run);
  if ((isSmaller || run.protocolDue) && run.phase.type === "call_model") run.phase = { type: "retrieve" };
}
