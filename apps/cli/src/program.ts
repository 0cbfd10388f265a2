// The commands and their options, as commander shows them in --help.
import { Command } from "commander";
import { type CommandContext, createContext, type GlobalFlags } from "./commands/context.ts";
import { acceptCommand, diffCommand, rejectCommand, revertCommand } from "./commands/decide.ts";
import { indexCommand } from "./commands/index-repository.ts";
import { addRepository, listRepositories, removeRepository, repositoryEnvironment } from "./commands/repositories.ts";
import { runCommand } from "./commands/run.ts";
import { searchCommand } from "./commands/search.ts";
import { doctorCommand, serveCommand, statusCommand, stopCommand } from "./commands/server.ts";
import { answerCommand, cancelCommand, sayCommand, showCommand, tasksCommand } from "./commands/tasks.ts";
import { watchCommand } from "./commands/watch.ts";

/** Kept equal to the root manifest's by a test. */
export const version = "0.1.0";

const repoOption = ["-r, --repo <name>", "repository by name, id or path (default: the one you stand in)"] as const;

export function createProgram(signal: AbortSignal): Command {
  const program = new Command("outpost");
  program
    .description("A coding agent you host yourself. Nothing reaches your code until you accept it.")
    .version(version)
    .option(
      "--server <url>",
      "address of the server (or OUTPOST_SERVER); default: the one on this machine, started when there is none",
    )
    .option("--token <token>", "access token (or OUTPOST_TOKEN); default: the one in the data directory")
    .option("--data <directory>", "data directory of the server on this machine (or OUTPOST_DATA_DIRECTORY)")
    .option("--json", "print JSON: one document, or one line per event")
    .configureHelp({ showGlobalOptions: true })
    .showSuggestionAfterError();
  const context = (): CommandContext => createContext(program.opts<GlobalFlags>(), signal);
  addWork(program, context);
  addChanges(program, context);
  addIndex(program, context);
  addServer(program, context);
  return program;
}

function addWork(program: Command, context: () => CommandContext): void {
  for (const [name, workflow, description] of [
    ["run", "edit", "work on a task: index, edit in a sandboxed copy, test, show the diff, ask you"],
    ["ask", "ask", "answer a question from the code, with citations; changes nothing"],
  ] as const) {
    const command = program
      .command(`${name} <instruction...>`)
      .description(description)
      .option(...repoOption)
      .option("-m, --model <name>", "rules, ollama/NAME or NAME")
      .option("--priority <number>", "0 (last) to 9 (first)")
      .option("--steps <number>", "limit of steps")
      .option("-d, --detach", "submit and return")
      .option("--no-index", "do not bring the index up to date first")
      .action((words: string[], options) => runCommand(context(), words, options, workflow));
    if (name === "run")
      command
        .option("-y, --yes", "accept the change without asking")
        .option("--dirty", "start from HEAD plus your uncommitted files");
  }
  program
    .command("tasks")
    .description("tasks, newest first")
    .option(...repoOption)
    .option("--state <state>", "only in this state")
    .option("--limit <number>", "how many", "20")
    .action((options) => tasksCommand(context(), options));
  program
    .command("show <task>")
    .description("one task and how it ended")
    .action((task: string) => showCommand(context(), task));
  program
    .command("watch <task>")
    .description("a task as it goes")
    .action((task: string) => watchCommand(context(), task));
  program
    .command("say <task> <text...>")
    .description("say something to a task; an ended one goes on with it")
    .action((task: string, words: string[]) => sayCommand(context(), task, words));
  program
    .command("answer <task> <text...>")
    .description("answer the question a task waits with")
    .action((task: string, words: string[]) => answerCommand(context(), task, words));
  program
    .command("cancel <task>")
    .description("end a task")
    .action((task: string) => cancelCommand(context(), task));
}

function addChanges(program: Command, context: () => CommandContext): void {
  const revision = ["--revision <number>", "default: the newest"] as const;
  program
    .command("diff <task>")
    .description("the change a task proposes")
    .option(...revision)
    .option("--patch", "as a patch for git apply")
    .action((task: string, options) => diffCommand(context(), task, options));
  program
    .command("accept <task>")
    .description("apply a change to the checkout")
    .option(...revision)
    .option("--target <target>", "checkout, or patch: print it instead")
    .action((task: string, options) => acceptCommand(context(), task, options));
  program
    .command("reject <task>")
    .description("drop a change")
    .option(...revision)
    .option("--reason <text>", "why")
    .action((task: string, options) => rejectCommand(context(), task, options));
  program
    .command("revert <task>")
    .description("undo an applied change: the bytes before, for the files it wrote")
    .action((task: string) => revertCommand(context(), task));
}

function addIndex(program: Command, context: () => CommandContext): void {
  const repo = program.command("repo").description("repositories the server knows");
  repo
    .command("add [path]")
    .description("register a repository (default: the one you stand in)")
    .option("--name <name>")
    .action((path: string | undefined, options) => addRepository(context(), path, options));
  repo
    .command("list")
    .description("all of them")
    .action(() => listRepositories(context()));
  repo
    .command("remove <name>")
    .description("forget one; its source is not touched")
    .action((name: string) => removeRepository(context(), name));
  repo
    .command("environment [name]")
    .description("show or set what its commands need")
    .option("--set <file>", "JSON file")
    .action((name: string | undefined, options) => repositoryEnvironment(context(), name, options));
  program
    .command("index [repository]")
    .description("bring the index up to date")
    .option("--force", "parse and embed everything again")
    .option("--status", "only show what is covered")
    .action((name: string | undefined, options) => indexCommand(context(), name, options));
  program
    .command("search <words...>")
    .description("search the code")
    .option(...repoOption)
    .option("-n, --limit <number>", "how many hits", "5")
    .option("--path <prefix>", "only below this path")
    .option("--why", "show what each score is made of")
    .action((words: string[], options) => searchCommand(context(), words, options));
}

function addServer(program: Command, context: () => CommandContext): void {
  program
    .command("serve")
    .description("run the server in the foreground")
    .option("--host <address>")
    .option("--port <number>")
    .option("--workers <number>", "tasks worked on at the same time")
    .option("--model <name>", "default model")
    .option("--ollama-url <url>")
    .option("--log-level <level>")
    .action((options) => serveCommand(context(), options));
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
}
