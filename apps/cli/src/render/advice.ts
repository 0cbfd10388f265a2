// What to do next with a task, where there is something: commands that stay whole at any width, to be copied.
import type { Task } from "@outpost/protocol";
import { width } from "./layout.ts";

type Choice = readonly [command: string, purpose: string];

/** Empty: there is nothing to do. */
export function adviceFor({ id, state, revision }: Pick<Task, "id" | "state" | "revision">, columns: number): string {
  const look: Choice = [`outpost diff ${id}`, "to look at it"];
  const accept: Choice = [`outpost accept ${id}`, "to apply it to the checkout"];
  const review: Choice = [`outpost review ${id}`, "to decide part by part"];
  const reject: Choice = [`outpost reject ${id}`, "to drop it"];
  if (state === "waiting") {
    const said = `the task waits for you: outpost approve ${id} [answer], or outpost deny ${id} [reason]`;
    if (width(said) <= columns) return said;
    return [
      "the task waits for you; go on with",
      `  outpost approve ${id} [answer]`,
      `  outpost deny ${id} [reason]`,
    ].join("\n");
  }
  if (state === "proposed" || (state === "stopped" && revision !== null))
    return ["nothing was applied; go on with", ...renderChoices([look, accept, review, reject], columns)].join("\n");
  if (state === "cancelled" && revision !== null) {
    const said = `revision ${revision}, if it was not decided, is still there`;
    const short = `${said}: ${look[0]}, then accept or reject`;
    if (width(short) <= columns) return short;
    return [`${said}; go on with`, ...renderChoices([look, accept, reject], columns)].join("\n");
  }
  if (state === "applied") return `undo it with: outpost revert ${id}`;
  return "";
}

/** What a command is for stands beside it, or below where there is no room. */
function renderChoices(choices: readonly Choice[], columns: number): string[] {
  const widest = Math.max(...choices.map(([command]) => width(command)));
  const lines = choices.map(([command, purpose]) => `  ${command.padEnd(widest)}    ${purpose}`);
  if (lines.every((line) => width(line) <= columns)) return lines;
  return choices.flatMap(([command, purpose]) => [`  ${command}`, `    ${purpose}`]);
}
