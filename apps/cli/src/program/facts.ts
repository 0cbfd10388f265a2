// The commands of facts, as commander shows them.
import type { Command } from "commander";
import type { CommandContext } from "../commands/context.ts";
import { addFactCommand, editFactCommand, listFactsCommand, removeFactCommand } from "../commands/facts.ts";

const repoOption = ["-r, --repo <name>", "of which repository (default: the one you stand in)"] as const;
const kindOption = ["--kind <kind>", "build, test, convention or note"] as const;
const factArgument = ["<fact>", "its id, from: outpost facts"] as const;

export function addFacts(program: Command, context: () => CommandContext): void {
  const facts = program
    .command("facts")
    .description("what is known of a repository, and told to later tasks: how to build, how to test, conventions");
  facts
    .command("list", { isDefault: true })
    .description("all of them, with where each is from")
    .option(...repoOption)
    .action((options) => listFactsCommand(context(), options));
  facts
    .command("add")
    .description("write one down, in a line")
    .argument("<words...>")
    .option(...kindOption)
    .option(...repoOption)
    .action((words: string[], options) => addFactCommand(context(), words, options));
  facts
    .command("edit")
    .description("say it in other words")
    .argument(...factArgument)
    .argument("<words...>")
    .option(...kindOption)
    .option(...repoOption)
    .action((fact: string, words: string[], options) => editFactCommand(context(), fact, words, options));
  facts
    .command("remove")
    .description("forget one")
    .argument(...factArgument)
    .option(...repoOption)
    .action((fact: string, options) => removeFactCommand(context(), fact, options));
}
