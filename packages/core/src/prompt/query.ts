// What retrieval is asked before a step: the goal, and where the run has got to.
import type { Fold } from "../fold/state.ts";

const maxGoalCharacters = 2000;
const maxFocusCharacters = 400;
/** How many of the latest calls say what the run is looking at. */
const focusCalls = 3;

export function composeQuery(state: Fold): string {
  return [goalOf(state), lastWords(state), latestFocus(state)].filter((part) => part !== "").join("\n");
}

/** What the task is about, as far as it is looked up. */
export function goalOf({ spec }: Fold): string {
  return spec.instruction.slice(0, maxGoalCharacters);
}

/** What a person said last; a decision without a word says nothing of the code. */
function lastWords({ history }: Fold): string {
  const said = history.flatMap((item) => (item.kind === "person" ? [(item.remark ?? item.text).trim()] : []));
  return said.findLast((words) => words !== "")?.slice(0, maxFocusCharacters) ?? "";
}

function latestFocus(state: Fold): string {
  const calls = state.history.flatMap((item) => (item.kind === "assistant" ? item.calls : [])).slice(-focusCalls);
  const words = calls.flatMap((call) =>
    ["query", "pattern", "path"].flatMap((key) => {
      const value = call.arguments[key];
      return typeof value === "string" ? [value] : [];
    }),
  );
  return [...new Set(words)].join(" ").slice(0, maxFocusCharacters);
}
