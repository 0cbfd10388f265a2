// The commands of the queue, as commander shows them.
import type { Command } from "commander";
import type { CommandContext } from "../commands/context.ts";
import {
  listQueueCommand,
  moveCommand,
  pauseCommand,
  resumeCommand,
  retryCommand,
  showQueuedCommand,
} from "../commands/queue.ts";
import { addToQueueCommand, changeScheduleCommand, schedulesCommand } from "../commands/queue-add.ts";
import { repositoryOption, taskArgument } from "./arguments.ts";
import { addChangeOptions, addTaskOptions } from "./task-options.ts";

const ofRepository = ["-r, --repo <name>", "only of this repository"] as const;

export function addQueue(program: Command, context: () => CommandContext): void {
  const queue = program.command("queue").description("what waits to be worked on: add, order, hold back, try again");
  queue
    .command("list", { isDefault: true })
    .description("what is under way, what is next, and what the rest waits for")
    .option(...ofRepository)
    .option("--limit <number>", "how many (default: 50)")
    .action((options) => listQueueCommand(context(), options));
  addAdd(queue, context);
  queue
    .command("show")
    .description("one task: what it waits for, and why it was tried again")
    .argument(...taskArgument)
    .action((task: string) => showQueuedCommand(context(), task));
  queue
    .command("move")
    .description("give a task another priority")
    .argument(...taskArgument)
    .argument("<priority>", "0 (last) to 9 (first)")
    .action((task: string, priority: string) => moveCommand(context(), task, priority));
  queue
    .command("pause")
    .description("begin nothing more; what runs stops behind its step")
    .argument("[task]", "only this one")
    .option(...ofRepository)
    .option("--reason <text>", "why, for those who see it")
    .action((task: string | undefined, options) => pauseCommand(context(), task, options));
  queue
    .command("resume")
    .description("go on; a task that waits for others or for its time goes on at once")
    .argument("[task]", "only this one")
    .option(...ofRepository)
    .action((task: string | undefined, options) => resumeCommand(context(), task, options));
  queue
    .command("retry")
    .description("try a task again that failed, was stopped or cancelled, from its last checkpoint")
    .argument(...taskArgument)
    .action((task: string) => retryCommand(context(), task));
  addSchedules(queue, context);
}

function addAdd(queue: Command, context: () => CommandContext): void {
  const add = queue
    .command("add")
    .description("submit a task and return: for now, for later, after others, or again and again")
    .argument("<words...>", "what to do")
    .option(...repositoryOption)
    .option("--ask", "a question; nothing is changed")
    .option("--after <task...>", "not before these are done")
    .option("--at <time>", "not before: 03:00, +2h, 2026-12-01T03:00")
    .option("--every <duration>", "again and again: 15m, 1h30m, 1d")
    .option("--cron <expression>", 'at these times, such as "0 3 * * 1-5"')
    .option("--time-zone <name>", "of --cron (default: this machine's)")
    .option("--name <name>", "of a recurring task (default: what it does)")
    .option("--overlap", "also while the task of the time before has not ended")
    .option("--retries <number>", "how often it is tried again by itself (default: as the server is set)")
    .option("--budget-steps <number>", "over all its runs")
    .option("--budget-tokens <number>", "over all its runs")
    .option("--budget-time <duration>", "over all its runs")
    .option("--key <key>", "an idempotency key: the same key makes one task");
  addTaskOptions(add);
  addChangeOptions(add).action((words: string[], options) => addToQueueCommand(context(), words, options));
}

function addSchedules(queue: Command, context: () => CommandContext): void {
  const schedules = queue.command("schedules").description("recurring tasks");
  schedules
    .command("list", { isDefault: true })
    .description("all of them, with their next time")
    .option(...ofRepository)
    .action((options) => schedulesCommand(context(), options));
  for (const [name, route, description] of [
    ["pause", "pauseSchedule", "leave out its times"],
    ["resume", "resumeSchedule", "from its next time on"],
    ["remove", "removeSchedule", "its tasks stay"],
  ] as const)
    schedules
      .command(name)
      .description(description)
      .argument("<schedule>", "its name or id")
      .action((wanted: string) => changeScheduleCommand(context(), wanted, route));
}
