// The commands of where vectors are, below `outpost index`, as commander shows them.
import type { Command } from "commander";
import type { CommandContext } from "../commands/context.ts";
import { migrateCommand, snapshotCommand, vectorsCommand } from "../commands/vectors.ts";

export function addVectors(program: Command, context: () => CommandContext): void {
  const index = program.commands.find((command) => command.name() === "index");
  index
    ?.command("vectors")
    .description("where the vectors are, and what of them")
    .action(() => vectorsCommand(context()));
  index
    ?.command("migrate")
    .description("move the vectors to another engine; nothing is embedded again")
    .requiredOption("--to <engine>", "qdrant or embedded")
    .option("--remove", "with --to embedded: remove what Qdrant holds")
    .action((options) => migrateCommand(context(), options));
  index
    ?.command("snapshot")
    .description("make a snapshot of the vectors on the Qdrant server")
    .action(() => snapshotCommand(context()));
}
