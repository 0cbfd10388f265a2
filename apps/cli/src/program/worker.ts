// The command of workers, as commander shows it.
import type { Command } from "commander";
import type { CommandContext } from "../commands/context.ts";
import { workerCommand } from "../commands/worker.ts";

export function addWorker(program: Command, context: () => CommandContext): void {
  program
    .command("worker")
    .description("work for the server on this machine, besides its own workers, until interrupted")
    .option("--count <number>", "tasks at the same time in this process (default: 1)")
    .action((options) => workerCommand(context(), options));
}
