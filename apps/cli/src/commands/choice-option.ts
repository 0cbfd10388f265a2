// Options that are one of some words.
import { OutpostError } from "@outpost/protocol";

/** Throws `invalid_input` with all that there is. */
export function choiceOption<Choice extends string>(name: string, text: string, choices: readonly Choice[]): Choice {
  const chosen = choices.find((choice) => choice === text);
  if (chosen !== undefined) return chosen;
  throw new OutpostError("invalid_input", `${name} is one of ${choices.join(", ")}, not "${text}"`);
}
