// The commands that make tasks and follow them, as commander shows them.
import type { Command } from "commander";
import type { CommandContext } from "../commands/context.ts";
import { runCommand } from "../commands/run.ts";
import { showCommand } from "../commands/show.ts";
import { answerCommand, cancelCommand, sayCommand, tasksCommand } from "../commands/tasks.ts";
import { watchCommand } from "../commands/watch.ts";
import { repositoryOption, taskArgument } from "./arguments.ts";
import { addChangeOptions, addTaskOptions } from "./task-options.ts";

export function addWork(program: Command, context: () => CommandContext): void {
  const run = program
    .command("run")
    .description("change the code: in a sandboxed copy, tested, shown as a diff; then you decide")
    .argument("<words...>", "what to do");
  addStart(run)
    .option("--dirty", "start from the last commit plus your uncommitted files")
    .option("-y, --yes", "accept the change without asking")
    .action((words: string[], options) => runCommand(context(), words, options, "edit"));
  addChangeOptions(run);
  const ask = program
    .command("ask")
    .description("answer a question from the code, with citations; changes nothing")
    .argument("<words...>", "the question");
  addStart(ask).action((words: string[], options) => runCommand(context(), words, options, "ask"));
  addFollowing(program, context);
}

function addStart(command: Command): Command {
  command.option(...repositoryOption);
  return addTaskOptions(command)
    .option("--no-index", "do not bring the index up to date first")
    .option("-d, --detach", "submit it and return");
}

function addFollowing(program: Command, context: () => CommandContext): void {
  program
    .command("tasks")
    .description("all tasks, newest first")
    .option(...repositoryOption)
    .option("--state <state>", "only in this state")
    .option("--limit <number>", "how many (default: 20)")
    .action((options) => tasksCommand(context(), options));
  program
    .command("show")
    .description("one task, its plan and how it ended")
    .argument(...taskArgument)
    .option("--plan", "only its plan, as text that outpost approve --plan takes")
    .option("--requests", "what each request to the model was made of, in tokens")
    .action((task: string, options) => showCommand(context(), task, options));
  program
    .command("watch")
    .description("a task as it goes, from its beginning")
    .argument(...taskArgument)
    .action((task: string) => watchCommand(context(), task));
  program
    .command("say")
    .description("tell a task something; one that has ended goes on with it")
    .argument(...taskArgument)
    .argument("<words...>")
    .action((task: string, words: string[]) => sayCommand(context(), task, words));
  program
    .command("answer")
    .description("answer the question that a task waits with")
    .argument(...taskArgument)
    .argument("<words...>")
    .action((task: string, words: string[]) => answerCommand(context(), task, words));
  program
    .command("cancel")
    .description("end a task")
    .argument(...taskArgument)
    .action((task: string) => cancelCommand(context(), task));
}
