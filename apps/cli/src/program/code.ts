// The commands about the code besides search, as commander shows them.
import type { Command } from "commander";
import { languagesCommand } from "../commands/code.ts";
import type { CommandContext } from "../commands/context.ts";

/** After `outpost index` was added: what the index knows belongs to it. */
export function addCode(program: Command, context: () => CommandContext): void {
  program.commands
    .find((command) => command.name() === "index")
    ?.command("languages")
    .description("which languages are indexed, how well, and by what")
    .action(() => languagesCommand(context()));
}
