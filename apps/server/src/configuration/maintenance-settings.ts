// Settings of backups, task files and the review pause. Part of the one schema.
import { z } from "zod";

export const maintenanceSettings = {
  backupDirectory: z
    .string()
    .startsWith("/")
    .optional()
    .describe(
      "Where the server puts backups of itself; absent: `backups` in the data directory (better: another disk)",
    ),
  keepBackups: z.int().min(1).max(1000).default(7).describe("Backups that stay there; the oldest go"),
  taskFiles: z
    .array(z.string().min(1).max(200))
    .max(100)
    .default([])
    .describe(
      "Repositories, by name or id, whose own `tasks.yaml` is watched for tasks; the one in the data directory always is",
    ),
  reviewEveryDays: z
    .int()
    .min(0)
    .max(366)
    .default(7)
    .describe("How often the queue stands for a review and its report, in days; 0: only when it is asked for"),
};
