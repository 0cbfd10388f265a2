// Small files of the server's own (journals, undo records and blobs): replaced whole and made durable before anything depends on them.
// Does not know what they hold. The directories are the server's, closed to others, so plain paths are safe here.
import { link, mkdir, open, readdir, rename, unlink } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { systemErrorCode, toOutpostError } from "../files/system-error.ts";

const TEMPORARY_SUFFIX = ".outpost-tmp";

/** Told before each effect that a crash could come between; tests crash there. */
export type BeforeEffect = (effect: string) => void | Promise<void>;

async function syncPath(directory: string): Promise<void> {
  const handle = await open(directory, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

export async function openOwnDirectory(directory: string): Promise<void> {
  const first = await mkdir(directory, { recursive: true, mode: 0o700 });
  if (first === undefined) return;
  for (let made = resolve(directory); made.length >= first.length; made = dirname(made)) await syncPath(dirname(made));
}

/**
 * Writes the file durably. `create: true`: only if there is none of that name; resolves to false when there is.
 * Rejects with the coded error of the disk, leaving what was there.
 */
export async function saveDurably(
  directory: string,
  name: string,
  bytes: Uint8Array | string,
  options: { create?: boolean; beforeEffect: BeforeEffect },
): Promise<boolean> {
  const path = join(directory, name);
  const temporary = `${path}.${process.pid}${TEMPORARY_SUFFIX}`;
  try {
    await options.beforeEffect(`write ${name}`);
    const file = await open(temporary, "w", 0o600);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await options.beforeEffect(`name ${name}`);
    const isSaved = options.create ? await nameIfFree(temporary, path) : true;
    if (!options.create) await rename(temporary, path);
    await syncPath(directory);
    return isSaved;
  } catch (error) {
    await unlink(temporary).catch(() => undefined);
    throw toOutpostError(error, path);
  }
}

async function nameIfFree(temporary: string, path: string): Promise<boolean> {
  try {
    await link(temporary, path);
    return true;
  } catch (error) {
    if (systemErrorCode(error) === "EEXIST") return false;
    throw error;
  } finally {
    await unlink(temporary);
  }
}

export async function removeDurably(directory: string, name: string, beforeEffect: BeforeEffect): Promise<void> {
  await beforeEffect(`remove ${name}`);
  try {
    await unlink(join(directory, name));
  } catch (error) {
    if (systemErrorCode(error) !== "ENOENT") throw error;
  }
  await syncPath(directory);
}

/** Sorted names; none when the directory is not there. */
export async function listOwnDirectory(directory: string): Promise<string[]> {
  try {
    return (await readdir(directory)).sort();
  } catch (error) {
    if (systemErrorCode(error) === "ENOENT") return [];
    throw error;
  }
}

/** Removes what a crash left half-written. Returns how many. */
export async function sweepOwnDirectory(directory: string): Promise<number> {
  const left = (await listOwnDirectory(directory)).filter((name) => name.endsWith(TEMPORARY_SUFFIX));
  for (const name of left) await unlink(join(directory, name));
  return left.length;
}
