// The command that shows what commands printed, as commander shows it.
import type { Command } from "commander";
import type { CommandContext } from "../commands/context.ts";
import { outputCommand } from "../commands/output.ts";
import { taskArgument } from "./arguments.ts";

export function addOutput(program: Command, context: () => CommandContext): void {
  program
    .command("output")
    .description("the commands that a task ran; with a name, all that is kept of what it printed")
    .argument(...taskArgument)
    .argument("[command]", 'its name, such as "c3"')
    .action((task: string, name: string | undefined) => outputCommand(context(), task, name));
}
