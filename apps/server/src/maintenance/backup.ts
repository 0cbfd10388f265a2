// Makes a backup: a folder that holds the precious part of a data directory as it was at one moment, with a manifest of every file's hash.
// May run beside a server and its workers. Invariant: a folder without a manifest is no backup; the manifest is written last.
import { mkdir, open, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type Backup, BackupManifest, manifestFileName, OutpostError } from "@outpost/protocol";
import { copyTaskDatabase, examineTaskDatabase } from "@outpost/store";
import { copyContents, describeFile } from "./backup-contents.ts";

export interface BackupRequest {
  dataDirectory: string;
  /** Must not exist, or be an empty folder. */
  to: string;
  withSecrets: boolean;
  version: string;
  nowMs: number;
}

/** Rejects with `conflict` when something is at `to`, `unavailable` when tasks.db cannot be copied or its copy is not sound. */
export async function makeBackup({ dataDirectory, to, withSecrets, version, nowMs }: BackupRequest): Promise<Backup> {
  await assertFree(to);
  const staged = `${to}.${process.pid}.partial`;
  try {
    await mkdir(dirname(to), { recursive: true });
    await mkdir(staged, { mode: 0o700 });
    await copyTaskDatabase(join(dataDirectory, "tasks.db"), join(staged, "tasks.db"));
    const examined = examineTaskDatabase(join(staged, "tasks.db"));
    if (!examined.isSound)
      throw new OutpostError(
        "unavailable",
        `tasks.db is damaged, and no backup was made: ${examined.problems[0]}; see outpost verify`,
        { details: { reason: "damaged", ...examined } },
      );
    const paths = ["tasks.db", ...(await copyContents({ from: dataDirectory, to: staged, withSecrets }))];
    const files = [];
    for (const path of paths) files.push(await describeFile(staged, path));
    const manifest: BackupManifest = {
      format: 1,
      version,
      createdAtMs: nowMs,
      tasks: examined.tasks.whole,
      events: examined.events.readable,
      repositories: examined.repositories,
      withSecrets,
      files,
    };
    await writeDurably(join(staged, manifestFileName), JSON.stringify(manifest));
    await rm(to, { recursive: true, force: true });
    await rename(staged, to);
    return summarise(to, manifest);
  } finally {
    await rm(staged, { recursive: true, force: true });
  }
}

export function summarise(path: string, { format: _, files, ...manifest }: BackupManifest): Backup {
  return { ...manifest, path, files: files.length, bytes: files.reduce((sum, { bytes }) => sum + bytes, 0) };
}

/** Rejects with `not_found` for a folder that is no backup. */
export async function readManifest(path: string): Promise<BackupManifest> {
  try {
    return BackupManifest.parse(JSON.parse(await readFile(join(path, manifestFileName), "utf8")));
  } catch (cause) {
    throw new OutpostError(
      "not_found",
      `"${path}" is no backup of Outpost: it has no ${manifestFileName} that can be read`,
      {
        cause,
      },
    );
  }
}

/** Newest first; what is no backup is passed over. */
export async function listBackups(directory: string): Promise<Backup[]> {
  const names = await readdir(directory).catch(() => [] as string[]);
  const found = await Promise.all(
    names.map((name) =>
      readManifest(join(directory, name)).then(
        (manifest) => [summarise(join(directory, name), manifest)],
        () => [],
      ),
    ),
  );
  return found.flat().sort((one, other) => other.createdAtMs - one.createdAtMs);
}

export async function assertFree(path: string): Promise<void> {
  const entries = await readdir(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw new OutpostError(
      "conflict",
      `"${path}" cannot be used (${error.code}); name a folder that does not exist yet`,
    );
  });
  if (entries.length > 0)
    throw new OutpostError("conflict", `"${path}" is not empty; name a folder that does not exist yet`);
}

export async function writeDurably(path: string, text: string): Promise<void> {
  await writeFile(path, text, { mode: 0o600 });
  const file = await open(path, "r");
  await file.sync();
  await file.close();
}
