// The commands of the index, of search and of the repositories behind them, as commander shows them.
import type { Command } from "commander";
import type { CommandContext } from "../commands/context.ts";
import { indexCommand } from "../commands/index-repository.ts";
import { addRepository, listRepositories, removeRepository, repositoryEnvironment } from "../commands/repositories.ts";
import { searchCommand } from "../commands/search.ts";
import { verifyIndexCommand } from "../commands/verify-index.ts";
import { repositoryArgument, repositoryOption } from "./arguments.ts";

type GetContext = () => CommandContext;

export function addIndex(program: Command, context: GetContext): void {
  const index = program
    .command("index")
    .description("bring the index up to date")
    .argument(...repositoryArgument)
    .option("--force", "parse and embed everything again")
    .option("--status", "the same as: outpost index status")
    .action((name: string | undefined, options) => indexCommand(context(), name, options));
  index
    .command("status")
    .description("what it covers, how it keeps up, what was skipped and why")
    .argument(...repositoryArgument)
    .action((name: string | undefined) => indexCommand(context(), name, { status: true }));
  index
    .command("verify")
    .description("compare it with the source: every file, and everything that is stored of it")
    .argument(...repositoryArgument)
    .action((name: string | undefined) => verifyIndexCommand(context(), name, { repair: false }));
  index
    .command("repair")
    .description("compare, and index again what is missing, outdated or damaged, and nothing else")
    .argument(...repositoryArgument)
    .action((name: string | undefined) => verifyIndexCommand(context(), name, { repair: true }));
}

export function addSearch(program: Command, context: GetContext): void {
  program
    .command("search")
    .description("search the code, by words and by meaning")
    .argument("<words...>", "words, a question, a stack trace; - reads standard input")
    .option(...repositoryOption)
    .option("-n, --limit <number>", "how many hits (default: 5)")
    .option("--path <prefix>", "only below this path")
    .option("--why", "show what each score is made of")
    .option(
      "-x, --expand",
      "ask a language model first which words the code would use: slower, finds what is told in other words",
    )
    .option("-m, --model <model>", "the same, of this model (default: the server's)")
    .action((words: string[], options) => searchCommand(context(), words, options));
}

export function addRepositories(program: Command, context: GetContext): void {
  const repo = program.command("repo").description("the repositories that the server knows");
  repo
    .command("add")
    .description("register a repository, or a plain folder")
    .argument("[path]", "default: the one you stand in")
    .option("--name <name>", "default: the folder's")
    .action((path: string | undefined, options) => addRepository(context(), path, options));
  repo
    .command("list")
    .description("all of them")
    .action(() => listRepositories(context()));
  repo
    .command("remove")
    .description("forget one; its source is not touched")
    .argument("<repository>", "name, id or path")
    .action((name: string) => removeRepository(context(), name));
  repo
    .command("environment")
    .description("show or set what its commands need")
    .argument(...repositoryArgument)
    .option("--set <file>", "a JSON file; - is standard input")
    .action((name: string | undefined, options) => repositoryEnvironment(context(), name, options));
}
