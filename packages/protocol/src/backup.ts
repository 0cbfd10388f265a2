// A backup of the data directory: what is in it, and what looking at one found. `manifest.json` in a backup holds the manifest.
import { z } from "zod";

export const manifestFileName = "manifest.json";

export const BackupFile = z.object({ path: z.string(), bytes: z.int(), sha256: z.string().regex(/^[0-9a-f]{64}$/) });
export type BackupFile = z.infer<typeof BackupFile>;

export const BackupManifest = z.object({
  format: z.literal(1),
  /** Of the Outpost that made it. */
  version: z.string(),
  createdAtMs: z.int(),
  tasks: z.int(),
  events: z.int(),
  repositories: z.int(),
  /** Whether the local token and the key of secret marks are in it. Digests of tokens always are. */
  withSecrets: z.boolean(),
  files: z.array(BackupFile),
});
export type BackupManifest = z.infer<typeof BackupManifest>;

/** A backup without its list of files. */
export const Backup = BackupManifest.omit({ format: true, files: true }).extend({
  path: z.string(),
  files: z.int(),
  bytes: z.int(),
});
export type Backup = z.infer<typeof Backup>;

/** Newest first. */
export const BackupList = z.object({ items: z.array(Backup) });
export type BackupList = z.infer<typeof BackupList>;

export const CreateBackupRequest = z.strictObject({ withSecrets: z.boolean().default(false) });
export type CreateBackupRequest = z.infer<typeof CreateBackupRequest>;

/** `rebuildable`: nothing is lost with it, the next start makes it anew. */
export const VerifiedPart = z.object({
  name: z.string(),
  state: z.enum(["sound", "damaged", "rebuildable", "not_looked_at"]),
  detail: z.string(),
  problems: z.array(z.string()),
});
export type VerifiedPart = z.infer<typeof VerifiedPart>;

/** What looking at a data directory or a backup found. `ok`: nothing precious is damaged or missing. */
export const Verification = z.object({
  path: z.string(),
  kind: z.enum(["data", "backup"]),
  ok: z.boolean(),
  parts: z.array(VerifiedPart),
  tasks: z.object({ expected: z.int(), readable: z.int(), whole: z.int() }),
  events: z.object({ expected: z.int(), readable: z.int() }),
  /** Ids, the first ones, of tasks that are not whole. */
  brokenTasks: z.array(z.string()),
});
export type Verification = z.infer<typeof Verification>;

/** What could be brought over from a damaged database of tasks into a new one. */
export const SalvageReport = z.object({
  /** `cut`: lost some events, or what the task's row said; `begunAgain`: lost all events, but not what was asked for; `lost`: that too. */
  tasks: z.object({ whole: z.int(), cut: z.int(), begunAgain: z.int(), lost: z.int() }),
  /** `unplaced`: read, but behind a gap, so that they cannot follow. `lost`: as far as can be told. */
  events: z.object({ placed: z.int(), unplaced: z.int(), lost: z.int() }),
  repositories: z.object({ kept: z.int(), lost: z.int() }),
  audit: z.object({ kept: z.int(), unplaced: z.int() }),
  /** Ids, the first ones, of tasks that are not whole. */
  brokenTasks: z.array(z.string()),
  /** In words, the first ones. */
  problems: z.array(z.string()),
});
export type SalvageReport = z.infer<typeof SalvageReport>;

/** `backup`: the folder that was made, which is restored like any other. `unplacedFile`: what was read and has no place, one JSON value a line. */
export const Salvage = SalvageReport.extend({ backup: Backup, unplacedFile: z.string().nullable() });
export type Salvage = z.infer<typeof Salvage>;
