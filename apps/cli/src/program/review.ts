// The commands that decide a change part by part, or bring it onto what is there now.
import type { Command } from "commander";
import type { CommandContext } from "../commands/context.ts";
import { rebaseCommand } from "../commands/rebase.ts";
import { reviewCommand } from "../commands/review.ts";
import { taskArgument } from "./arguments.ts";

export function addReview(program: Command, context: () => CommandContext): void {
  program
    .command("review")
    .description("decide a change hunk by hunk; what you reject goes back to the model with your reasons")
    .argument(...taskArgument)
    .option("--accept <part...>", "in a script: hunk ids (see: outpost diff --json) or paths")
    .option("--reject <part...>", "in a script: the same, with the reason behind an equals sign")
    .option("--rest <verdict>", "in a script: accept or reject all that is not named")
    .option("--then <what>", "revise (send back what was rejected), apply (what was accepted) or hold")
    .option("--no-retest", "apply a part without running the tests on it; it is labelled untested")
    .action((task: string, options) => reviewCommand(context(), task, options));
  program
    .command("rebase")
    .description("bring a change that no longer fits onto what is there now")
    .argument(...taskArgument)
    .action((task: string) => rebaseCommand(context(), task));
}
