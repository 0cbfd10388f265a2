// The commands that look after the data directory, as commander shows them.
import type { Command } from "commander";
import type { CommandContext } from "../commands/context.ts";
import { backupCommand, listBackupsCommand, salvageCommand, verifyCommand } from "../commands/maintenance.ts";

export function addMaintenance(program: Command, context: () => CommandContext): void {
  program
    .command("backup")
    .description("copy what is precious of the data directory, while work goes on")
    .argument("[folder]", "where to, on this machine (default: the server's backup directory)")
    .option(
      "--with-secrets",
      "with the local token and the key of secret marks: who has it may use a server that is restored from it",
    )
    .option("--list", "only show the backups that the server has made")
    .action((folder: string | undefined, options) =>
      options.list ? listBackupsCommand(context()) : backupCommand(context(), folder, options),
    );
  program
    .command("salvage")
    .description("make a backup of a data directory whose tasks.db is damaged, with all of it that can be read")
    .argument("<folder>", "where to, on this machine")
    .option("--with-secrets", "with the local token and the key of secret marks, as for a backup")
    .action((folder: string, options) => salvageCommand(context(), folder, options));
  program
    .command("verify")
    .description("look whether a data directory or a backup is sound, and what of a damaged one can be recovered")
    .argument("[folder]", "default: the data directory of the server on this machine")
    .action((folder: string | undefined) => verifyCommand(context(), folder));
}
