// The backups that the server makes of itself, each in a process of its own so that reading and hashing holds up no request. One at a time.
import { execFile } from "node:child_process";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { Backup, type BackupList, type CreateBackupRequest, OutpostError } from "@outpost/protocol";
import { z } from "zod";
import type { EntryPoint } from "../process/entry-points.ts";
import { listBackups } from "./backup.ts";

export interface BackupService {
  /** Rejects with `conflict` while one is being made, and as `makeBackup` does. */
  create(request: CreateBackupRequest): Promise<Backup>;
  list(): Promise<BackupList>;
}

export interface BackupServiceOptions {
  entry: EntryPoint;
  dataDirectory: string;
  /** Where backups go. */
  directory: string;
  /** The oldest beyond these go when a new one is there. */
  keep: number;
  nowMs: () => number;
}

const timeoutMs = 3_600_000;
const maxReplyBytes = 1_000_000;

const Failure = z.object({
  error: z.object({ code: z.string(), message: z.string(), details: z.record(z.string(), z.unknown()) }),
});

export function createBackupService(options: BackupServiceOptions): BackupService {
  const { dataDirectory, directory, keep } = options;
  let isUnderWay = false;

  async function dropOldest(): Promise<void> {
    for (const { path } of (await listBackups(directory)).slice(keep)) await rm(path, { recursive: true, force: true });
  }

  return {
    async create({ withSecrets }) {
      if (isUnderWay) throw new OutpostError("conflict", "a backup is being made; wait for it", { retryable: true });
      isUnderWay = true;
      try {
        const name = new Date(options.nowMs()).toISOString().replaceAll(/[:.]/g, "-");
        const argv = ["backup", dataDirectory, join(directory, name), ...(withSecrets ? ["with-secrets"] : [])];
        const backup = Backup.parse(await runMaintenance(options.entry, argv));
        await dropOldest();
        return backup;
      } finally {
        isUnderWay = false;
      }
    },
    list: async () => ({ items: await listBackups(directory) }),
  };
}

function runMaintenance({ modulePath, execArgv }: EntryPoint, argv: readonly string[]): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const settings = { timeout: timeoutMs, maxBuffer: maxReplyBytes };
    execFile(process.execPath, [...execArgv, modulePath, ...argv], settings, (failure, out, err) => {
      const reply = parseReply(out);
      const known = Failure.safeParse(reply);
      if (known.success) {
        const { code, message, details } = known.data.error;
        reject(new OutpostError(code as OutpostError["code"], message, { details }));
      } else if (failure || reply === undefined) {
        reject(new OutpostError("internal", `the backup's process ended without a result: ${err.slice(-500)}`));
      } else resolve(reply);
    });
  });
}

function parseReply(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
