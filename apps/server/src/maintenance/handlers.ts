// What the routes of backups do.
import type { JsonHandlers } from "../api/handlers.ts";
import type { BackupService } from "./backup-service.ts";

export function createBackupHandlers(backups: BackupService): Pick<JsonHandlers, "createBackup" | "listBackups"> {
  return {
    createBackup: ({ body }) => backups.create(body),
    listBackups: () => backups.list(),
  };
}
