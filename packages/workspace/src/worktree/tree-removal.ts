// Removes a directory tree, also one whose directories were closed by a command. Symlinks are never followed.
import { chmod, lstat, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { systemErrorCode } from "@outpost/checkout";

/** Nothing there is no error. Rejects with the system's error for what belongs to somebody else. */
export async function removeTree(path: string): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true });
  } catch (error) {
    if (systemErrorCode(error) !== "EACCES") throw error;
    await openDirectories(path);
    await rm(path, { recursive: true, force: true });
  }
}

async function openDirectories(path: string): Promise<void> {
  if (!(await lstat(path)).isDirectory()) return;
  await chmod(path, 0o700);
  for (const name of await readdir(path)) await openDirectories(join(path, name));
}
