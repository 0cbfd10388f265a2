// The commands and their options, as commander shows them in --help. Reads no input and writes nothing itself: help and complaints
// come out as exceptions and through `output`.
import { Command, type OutputConfiguration } from "commander";
import { addDeliveryOptions } from "./applying/delivery-options.ts";
import { auditCommand } from "./commands/audit.ts";
import { type CommandContext, createContext, type GlobalFlags } from "./commands/context.ts";
import { acceptCommand, diffCommand, rejectCommand, revertCommand } from "./commands/decide.ts";
import { indexCommand } from "./commands/index-repository.ts";
import { addRepository, listRepositories, removeRepository, repositoryEnvironment } from "./commands/repositories.ts";
import { searchCommand } from "./commands/search.ts";
import { doctorCommand, serveCommand, statusCommand, stopCommand } from "./commands/server.ts";
import { createTokenCommand, listTokensCommand, revokeTokenCommand } from "./commands/tokens.ts";
import { verifyIndexCommand } from "./commands/verify-index.ts";
import { addApprovals } from "./program/approvals.ts";
import { addCode } from "./program/code.ts";
import { addFacts } from "./program/facts.ts";
import { addMaintenance } from "./program/maintenance.ts";
import { addModels } from "./program/models.ts";
import { addNumbers } from "./program/numbers.ts";
import { addOutput } from "./program/output.ts";
import { addPatches } from "./program/patches.ts";
import { addPolicy } from "./program/policy.ts";
import { addQueue } from "./program/queue.ts";
import { addReview } from "./program/review.ts";
import { addVectors } from "./program/vectors.ts";
import { addWork } from "./program/work.ts";
import { addWorker } from "./program/worker.ts";
import { createPaint } from "./render/paint.ts";
import { version } from "./version.ts";

const repoOption = ["-r, --repo <name>", "repository by name, id or path (default: the one you stand in)"] as const;
const taskArgument = ["<task>", 'its id, or "last" for the newest'] as const;

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
  addCode(program.commandsGroup("Code:"), context);
  addFacts(program, context);
  addVectors(program, context);
  addServer(program.commandsGroup("Server:"), context);
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

function addIndex(program: Command, context: GetContext): void {
  const index = program
    .command("index")
    .description("bring the index up to date")
    .argument("[repository]", "name, id or path (default: the one you stand in)")
    .option("--force", "parse and embed everything again")
    .option("--status", "the same as: outpost index status")
    .action((name: string | undefined, options) => indexCommand(context(), name, options));
  index
    .command("status")
    .description("what it covers, how it keeps up, what was skipped and why")
    .argument("[repository]", "name, id or path (default: the one you stand in)")
    .action((name: string | undefined) => indexCommand(context(), name, { status: true }));
  index
    .command("verify")
    .description("compare it with the source: every file, and everything that is stored of it")
    .argument("[repository]", "name, id or path (default: the one you stand in)")
    .action((name: string | undefined) => verifyIndexCommand(context(), name, { repair: false }));
  index
    .command("repair")
    .description("compare, and index again what is missing, outdated or damaged, and nothing else")
    .argument("[repository]", "name, id or path (default: the one you stand in)")
    .action((name: string | undefined) => verifyIndexCommand(context(), name, { repair: true }));
  program
    .command("search")
    .description("search the code, by words and by meaning")
    .argument("<words...>")
    .option(...repoOption)
    .option("-n, --limit <number>", "how many hits (default: 5)")
    .option("--path <prefix>", "only below this path")
    .option("--why", "show what each score is made of")
    .option(
      "-x, --expand",
      "ask a language model first which words the code would use: slower, finds what is told in other words",
    )
    .option("-m, --model <model>", "the same, of this model (default: the server's)")
    .action((words: string[], options) => searchCommand(context(), words, options));
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
    .argument("[repository]", "name, id or path (default: the one you stand in)")
    .option("--set <file>", "a JSON file; - is standard input")
    .action((name: string | undefined, options) => repositoryEnvironment(context(), name, options));
}

function addServer(program: Command, context: GetContext): void {
  program
    .command("serve")
    .description("run the server in the foreground")
    .option("--host <address>", "where to listen (default: 127.0.0.1)")
    .option("--port <number>", "default: 7717; 0 is any free one")
    .option("--workers <number>", "tasks worked on at the same time (default: 2)")
    .option("--model <name>", "default model: rules, ollama/NAME or NAME")
    .option("--ollama-url <url>", "default: http://127.0.0.1:11434")
    .option("--log-level <level>", "silent, error, warn, info or debug (default: info, in a terminal warn)")
    .action((options) => serveCommand(context(), options));
  addWorker(program, context);
  program
    .command("stop")
    .description("stop the server on this machine")
    .action(() => stopCommand(context()));
  program
    .command("status")
    .description("what the server is doing")
    .action(() => statusCommand(context()));
  program
    .command("doctor")
    .description("look for what is wrong, and how to mend it")
    .action(() => doctorCommand(context()));
  program
    .command("audit")
    .description("what was run, who decided what, who may use the server")
    .option("--task <task>", "only of one task")
    .option("-n, --limit <number>", "how many entries, newest last (default: 30)")
    .option("--verify", "compute the chain of hashes anew, and print its head")
    .option("--head <head>", "with --verify: a head from before that must still be in it")
    .action((options) => auditCommand(context(), options));
  const token = program.command("token").description("who may use the server from elsewhere");
  token
    .command("create")
    .description("make an access token and print it, this once")
    .argument("<name>", "whose it is")
    .option("--scope <scopes...>", "read, submit, approve, admin (default: read submit approve)")
    .option("--days <number>", "how long it holds (default: until it is revoked)")
    .action((name: string, options) => createTokenCommand(context(), name, options));
  token
    .command("list")
    .description("all of them, without the secrets")
    .action(() => listTokensCommand(context()));
  token
    .command("revoke")
    .description("end one")
    .argument("<token>", "name or id")
    .action((name: string) => revokeTokenCommand(context(), name));
}
