// The commands and their options, as commander shows them in --help. Reads no input and writes nothing itself: help and complaints
// come out as exceptions and through `output`.
import { Command, type OutputConfiguration } from "commander";
import { addDeliveryOptions } from "./applying/delivery-options.ts";
import { type CommandContext, createContext, type GlobalFlags } from "./commands/context.ts";
import { acceptCommand, diffCommand, rejectCommand, revertCommand } from "./commands/decide.ts";
import { addApprovals } from "./program/approvals.ts";
import { taskArgument } from "./program/arguments.ts";
import { addCode } from "./program/code.ts";
import { addFacts } from "./program/facts.ts";
import { addIndex, addRepositories, addSearch } from "./program/index-commands.ts";
import { addMaintenance } from "./program/maintenance.ts";
import { addModels } from "./program/models.ts";
import { addNumbers } from "./program/numbers.ts";
import { addOutput } from "./program/output.ts";
import { addPatches } from "./program/patches.ts";
import { addPolicy } from "./program/policy.ts";
import { addQueue } from "./program/queue.ts";
import { addReview } from "./program/review.ts";
import { addServer, addTokens } from "./program/server.ts";
import { addVectors } from "./program/vectors.ts";
import { addWork } from "./program/work.ts";
import { createPaint } from "./render/paint.ts";
import { version } from "./version.ts";

type GetContext = () => CommandContext;

export function createProgram(signal: AbortSignal, output: OutputConfiguration): Command {
  const program = new Command("outpost");
  const paint = createPaint(process.stdout);
  program
    .description("A coding agent you host yourself. Nothing reaches your code until you accept it.")
    .version(version)
    .option(
      "--server <url>",
      "a server elsewhere (or OUTPOST_SERVER); default: the one on this machine, started if need be",
    )
    .option("--token <token>", "access token (better: OUTPOST_TOKEN, or OUTPOST_TOKEN_FILE)")
    .option("--data <directory>", "data directory of the server on this machine (or OUTPOST_DATA_DIRECTORY)")
    .option("--json", "JSON on standard output: one document, or one line per event and then the result")
    .configureHelp({
      showGlobalOptions: true,
      styleTitle: (text) => paint("bold", text),
      styleCommandText: (text) => paint("cyan", text),
      styleSubcommandText: (text) => paint("cyan", text),
      styleOptionText: (text) => paint("cyan", text),
    })
    .configureOutput(output)
    .exitOverride()
    .showSuggestionAfterError()
    .addHelpText("after", closing);
  const context: GetContext = () => createContext(program.opts<GlobalFlags>(), signal);
  addWork(program.commandsGroup("Work:"), context);
  addQueue(program, context);
  addChanges(program.commandsGroup("Changes:"), context);
  addReview(program, context);
  addOutput(program.commandsGroup("Work:"), context);
  addApprovals(program, context);
  addPatches(program, context);
  addModels(program.commandsGroup("Server:"), context);
  addIndex(program.commandsGroup("Code:"), context);
  addSearch(program, context);
  addRepositories(program, context);
  addCode(program.commandsGroup("Code:"), context);
  addFacts(program, context);
  addVectors(program, context);
  addServer(program.commandsGroup("Server:"), context);
  addTokens(program, context);
  addPolicy(program, context);
  addMaintenance(program, context);
  addNumbers(program, context);
  program.addHelpCommand(
    new Command("help").argument("[command]").description("what a command takes").helpGroup("Server:"),
  );
  return program;
}

const closing = `
Begin inside a git repository:
  outpost ask "where is … decided?"             an answer with its places in the code
  outpost run "replace X with Y in FILE"        a change in a copy, tested, shown; you decide

Exit codes: 0 done, 1 the task did not succeed, 2 wrong usage, 3 no permission,
4 not found, 5 conflict, 6 over a limit, 7 no server or not available,
8 timed out, 70 a bug, 130 interrupted.`;

function addChanges(program: Command, context: GetContext): void {
  const revision = ["--revision <number>", "which one, when the task proposed several (default: the newest)"] as const;
  program
    .command("diff")
    .description("the change that a task proposes, and what its tests said")
    .argument(...taskArgument)
    .option(...revision)
    .option("--patch", "as a patch for git apply")
    .action((task: string, options) => diffCommand(context(), task, options));
  addDeliveryOptions(program.command("accept"))
    .description("apply a change: to the checkout on the server's machine, a branch, or the checkout you stand in")
    .argument(...taskArgument)
    .option(...revision)
    .option("--allow-secret <finding...>", "what looks like a secret in the change and is none, by its name there")
    .action((task: string, options) => acceptCommand(context(), task, options));
  program
    .command("reject")
    .description("drop a change")
    .argument(...taskArgument)
    .option(...revision)
    .option("--reason <text>", "why")
    .action((task: string, options) => rejectCommand(context(), task, options));
  program
    .command("revert")
    .description("undo an accepted change: the files it wrote become as they were")
    .argument(...taskArgument)
    .option("--three-way", "keep what changed since, and take only the change out")
    .action((task: string, options) => revertCommand(context(), task, options));
}
