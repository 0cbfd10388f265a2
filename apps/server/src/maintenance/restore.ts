// Puts a backup where a data directory is to be. Every hash is checked on the way; nothing that is there is overwritten, and a restore that
// was interrupted leaves no data directory behind.
import { chmod, copyFile, mkdir, rename, rm } from "node:fs/promises";
import { dirname, isAbsolute, join, normalize } from "node:path";
import { type Backup, type BackupFile, OutpostError } from "@outpost/protocol";
import { assertFree, readManifest, summarise } from "./backup.ts";
import { completeMirrors, describeFile, modeOf } from "./backup-contents.ts";

/** Rejects with `not_found` (no backup), `conflict` (the data directory has something in it) or `unavailable` (a file is not what was backed up). */
export async function restoreBackup(from: string, dataDirectory: string): Promise<Backup> {
  const manifest = await readManifest(from);
  await assertFree(dataDirectory);
  const staged = `${dataDirectory}.${process.pid}.partial`;
  try {
    await mkdir(dirname(dataDirectory), { recursive: true });
    await mkdir(staged, { mode: 0o711 });
    for (const file of manifest.files) await restoreFile(from, staged, file);
    await completeMirrors(staged);
    await rm(dataDirectory, { recursive: true, force: true });
    await rename(staged, dataDirectory);
    return summarise(dataDirectory, manifest);
  } finally {
    await rm(staged, { recursive: true, force: true });
  }
}

async function restoreFile(from: string, to: string, wanted: BackupFile): Promise<void> {
  const path = normalize(wanted.path);
  if (isAbsolute(path) || path.startsWith(".."))
    throw new OutpostError("invalid_input", `the manifest names "${wanted.path}", which is outside of the backup`);
  const place = join(to, path);
  await mkdir(dirname(place), { recursive: true });
  await copyFile(join(from, path), place).catch((cause: NodeJS.ErrnoException) => {
    throw new OutpostError("unavailable", `"${path}" of the backup cannot be read (${cause.code})`, { cause });
  });
  const { bytes, sha256 } = await describeFile(to, path);
  if (sha256 !== wanted.sha256)
    throw new OutpostError(
      "unavailable",
      `"${path}" of the backup is damaged: ${bytes} bytes with another hash than when it was made; nothing was restored`,
      { details: { reason: "damaged", path } },
    );
  await chmod(place, modeOf(place));
}
