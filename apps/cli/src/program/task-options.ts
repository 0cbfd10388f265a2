// What a task is told besides its instruction: the options that `run`, `ask` and `queue add` have in common.
import type { Command } from "commander";
import { addDeliveryOptions } from "../applying/delivery-options.ts";

/** `--expand` comes before its negation: in the other order it would be taken for said. */
export function addTaskOptions(command: Command): Command {
  return command
    .option("-m, --model <name>", "rules, ollama/NAME or NAME (default: the server's)")
    .option("--fallback", "let the server's other models take over from that one when it fails")
    .option("--expand", "ask the model first which words the code would use, also where the server is set not to")
    .option("--no-expand", "do not ask it")
    .option("--attach <file...>", "text from outside, such as an issue (- is standard input): data, never orders")
    .option("--steps <number>", "of one run, at most (default: 40)")
    .option("--priority <number>", "0 (last) to 9 (first) (default: 5)")
    .option("--never-ask", "nobody is there: refuse at once what the policy would ask about");
}

/** For tasks that change the code. */
export function addChangeOptions(command: Command): Command {
  return addDeliveryOptions(command)
    .option("--plan", "make a plan first, and wait until you approve it")
    .option("--dry-run", "everything but the apply: look at the change, take it as a patch")
    .option("--auto", "let the server accept the change when the same tests passed before and after it");
}
