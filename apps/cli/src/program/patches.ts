// The commands of patches and checkpoints, as commander shows them.
import type { Command } from "commander";
import { addDeliveryOptions } from "../applying/delivery-options.ts";
import { applyPatchCommand } from "../commands/apply-patch.ts";
import { checkpointsCommand, restoreCommand } from "../commands/checkpoints.ts";
import type { CommandContext } from "../commands/context.ts";
import { restoreBackupCommand } from "../commands/maintenance.ts";
import { repositoryOption, taskArgument } from "./arguments.ts";

export function addPatches(program: Command, context: () => CommandContext): void {
  addDeliveryOptions(program.command("apply"))
    .description("propose a patch from anywhere as a change, and decide it like any other")
    .argument("<file>", "a unified diff; - is standard input")
    .option(...repositoryOption)
    .option("--title <text>", "what it is (default: the file's name)")
    .option("--dirty", "against the last commit plus your uncommitted files")
    .option("-y, --yes", "accept it without asking")
    .action((file: string, options) => applyPatchCommand(context(), file, options));
  program
    .command("checkpoints")
    .description("the points that a task's files can go back to")
    .argument(...taskArgument)
    .action((task: string) => checkpointsCommand(context(), task));
  program
    .command("restore")
    .description("a task's files to a checkpoint, for its next run; or a data directory from a backup")
    .argument("<what>", 'the task by its id, or "last"; or the folder of a backup, alone')
    .argument("[number]", "of the checkpoint; see: outpost checkpoints")
    .action((what: string, number: string | undefined) =>
      number === undefined ? restoreBackupCommand(context(), what) : restoreCommand(context(), what, number),
    );
}
