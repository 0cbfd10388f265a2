// `outpost backup`, `salvage`, `restore`, `verify`: the data directory of the server on this machine, whether it runs or not. A backup without a
// folder is the server's own doing, so that works from elsewhere too.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { Backup, OutpostError, Salvage, Verification } from "@outpost/protocol";
import { requireMaintenanceCommand } from "../connection/server-process.ts";
import { dataDirectoryOf } from "../connection/settings.ts";
import {
  renderBackup,
  renderBackups,
  renderRestored,
  renderSalvage,
  renderVerification,
} from "../render/maintenance.ts";
import type { CommandContext } from "./context.ts";

export async function backupCommand(
  context: CommandContext,
  folder: string | undefined,
  { withSecrets = false }: { withSecrets?: boolean },
): Promise<void> {
  const backup =
    folder === undefined ? await askServer(context, withSecrets) : await makeHere(context, folder, withSecrets);
  context.give(backup, () => renderBackup(backup, context.paint));
}

async function askServer(context: CommandContext, withSecrets: boolean): Promise<Backup> {
  const { client } = await context.connect("known");
  return client.call("createBackup", { body: { withSecrets }, signal: context.signal });
}

function makeHere(context: CommandContext, folder: string, withSecrets: boolean): Promise<Backup> {
  const argv = ["backup", dataDirectoryOf(context.flags), resolve(folder), ...(withSecrets ? ["with-secrets"] : [])];
  return runMaintenance(Backup, argv);
}

export async function listBackupsCommand(context: CommandContext): Promise<void> {
  const { client } = await context.connect("known");
  const list = await client.call("listBackups", { signal: context.signal });
  context.give(list, () => renderBackups(list, context.paint, Date.now()));
}

export async function restoreBackupCommand(context: CommandContext, folder: string): Promise<void> {
  const restored = await runMaintenance(Backup, ["restore", resolve(folder), dataDirectoryOf(context.flags)]);
  context.give(restored, () => renderRestored(restored, context.paint, Date.now()));
}

export async function salvageCommand(
  context: CommandContext,
  folder: string,
  { withSecrets = false }: { withSecrets?: boolean },
): Promise<void> {
  const secrets = withSecrets ? ["with-secrets"] : [];
  const argv = ["salvage", dataDirectoryOf(context.flags), resolve(folder), ...secrets];
  const salvage = await runMaintenance(Salvage, argv);
  context.give(salvage, () => renderSalvage(salvage, context.paint));
}

export async function verifyCommand(context: CommandContext, folder: string | undefined): Promise<void> {
  const path = folder === undefined ? dataDirectoryOf(context.flags) : resolve(folder);
  const verification = await runMaintenance(Verification, ["verify", path]);
  context.give(verification, () => renderVerification(verification, context.paint));
  if (!verification.ok) process.exitCode = 1;
}

/** The server's code does it, in a process of its own: the CLI knows no database. Throws what the process reports. */
async function runMaintenance<Reply>(
  schema: { parse(value: unknown): Reply },
  argv: readonly string[],
): Promise<Reply> {
  const [program = "", ...before] = requireMaintenanceCommand();
  const child = spawn(program, [...before, ...argv], { stdio: ["ignore", "pipe", "inherit"] });
  let out = "";
  child.stdout.on("data", (chunk: Buffer) => {
    out += chunk.toString();
  });
  await once(child, "close");
  const reply = parseReply(out);
  if (reply === null) throw new OutpostError("internal", "the process that was to do it ended without a result");
  if ("error" in reply) {
    const { code, message, details } = reply.error as Pick<OutpostError, "code" | "message" | "details">;
    throw new OutpostError(code, message, { details });
  }
  return schema.parse(reply);
}

function parseReply(text: string): Record<string, unknown> | null {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return null;
  }
}
