// The commands about the code besides search, as commander shows them.
import { DefinitionKind } from "@outpost/protocol";
import type { Command } from "commander";
import {
  explainCommand,
  languagesCommand,
  mapCommand,
  referencesCommand,
  relatedCommand,
  symbolsCommand,
} from "../commands/code.ts";
import type { CommandContext } from "../commands/context.ts";
import { repositoryOption } from "./arguments.ts";

const limitOption = (what: string) => ["-n, --limit <number>", what] as const;

/** After `outpost index` was added: what the index knows belongs to it. */
export function addCode(program: Command, context: () => CommandContext): void {
  program.commands
    .find((command) => command.name() === "index")
    ?.command("languages")
    .description("which languages are indexed, how well, and by what")
    .action(() => languagesCommand(context()));
  program
    .command("symbols")
    .description("where a name is defined, or what is defined below a path")
    .argument("[name]", "also with its class: Store.open")
    .option(...repositoryOption)
    .option("--prefix", "names that begin so")
    .option("--path <prefix>", "only below this path")
    .option("--kind <kind>", DefinitionKind.options.join(", "))
    .option(...limitOption("how many (default: 50)"))
    .action((name: string | undefined, options) => symbolsCommand(context(), name, options));
  program
    .command("references")
    .description("lines of code that use a name, by its spelling")
    .argument("<name>")
    .option(...repositoryOption)
    .option("--path <prefix>", "only below this path")
    .option(...limitOption("how many (default: 50)"))
    .action((name: string, options) => referencesCommand(context(), name, options));
  program
    .command("map")
    .description("the files that the others lean on, and what they use them for")
    .option(...repositoryOption)
    .option("--tokens <number>", "at most so large (default: 1000)")
    .option("--focus <path>", "a file or directory that matters now; what it uses rises")
    .action((options) => mapCommand(context(), options));
  program
    .command("explain")
    .description("what a file or directory is: structure, entry points, dependents, dependencies, tests")
    .argument("[path]", "from the repository's root, or from here (default: all of it)")
    .option(...repositoryOption)
    .option(...limitOption("of each list (default: 10)"))
    .action((path: string | undefined, options) => explainCommand(context(), path ?? "", options));
  program
    .command("related")
    .description("code related to a place: what it uses, what uses it, what resembles it, its tests")
    .argument("<place>", "PATH:LINE")
    .option(...repositoryOption)
    .option(...limitOption("of each list (default: 8)"))
    .action((place: string, options) => relatedCommand(context(), place, options));
}
