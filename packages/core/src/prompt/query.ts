// What retrieval is asked before a step: the goal, and where the run has got to.
import type { Fold } from "../fold/state.ts";

const maxGoalCharacters = 2000;
const maxFocusCharacters = 400;
/** Of lines behind the goal's first part that name a place in a file: the last ones, since a trace ends where it failed, or where it began. */
const maxPlacesCharacters = 1000;
/** a.js:12, a.cs(12, a.py", line 12, a.cs:line 12, a.php on line 12 */
const namesPlace = /\.[a-z]\w{0,7}(?::|\(|["']?,? (?:on )?line |:line )\d/i;
/** How many of the latest calls say what the run is looking at. */
const focusCalls = 3;

export function composeQuery(state: Fold): string {
  return [goalOf(state), furtherPlaces(state), lastWords(state), latestFocus(state)]
    .filter((part) => part !== "")
    .join("\n");
}

/** What the task is about, as far as it is looked up. */
export function goalOf({ spec }: Fold): string {
  return spec.instruction.slice(0, maxGoalCharacters);
}

/** What a long trace in the instruction names behind what is looked up of it. */
function furtherPlaces({ spec }: Fold): string {
  const kept: string[] = [];
  let left = maxPlacesCharacters;
  for (const line of spec.instruction.slice(maxGoalCharacters).split("\n").reverse()) {
    if (!namesPlace.test(line)) continue;
    left -= line.length + 1;
    if (left < 0) break;
    kept.push(line);
  }
  return kept.reverse().join("\n");
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
