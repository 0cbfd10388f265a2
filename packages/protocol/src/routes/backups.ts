// Backups that the server makes of its own data directory.
import * as backup from "../backup.ts";
import { defineRoutes } from "../route.ts";

export const backupRoutes = defineRoutes({
  createBackup: {
    method: "POST",
    path: "/v1/backups",
    scope: "admin",
    media: "json",
    status: 201,
    body: backup.CreateBackupRequest,
    reply: backup.Backup,
    errors: ["conflict", "unavailable"],
    summary: "Back up the data directory",
    description:
      "Into `backupDirectory` on the server's disk, while work goes on; the oldest go when there are more than `keepBackups`. Tokens are in it as digests; the local token and the key of secret marks only with `withSecrets`.",
  },
  listBackups: {
    method: "GET",
    path: "/v1/backups",
    scope: "admin",
    media: "json",
    status: 200,
    reply: backup.BackupList,
    errors: [],
    summary: "The backups in the backup directory",
    description: "Newest first, without their lists of files.",
  },
});
