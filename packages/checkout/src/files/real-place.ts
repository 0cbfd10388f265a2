// Synchronous reads by path for the many small looks of a scan: opened first, and then asked where the opened thing is.
// A place reached through a symlink, planted or swapped at whatever moment, is treated as absent: nothing of it is read.
// For reading only; what writes goes by the walk (directory-walk.ts), since an open that creates has already had its effect.

import type { Dirent } from "node:fs";
import { closeSync, constants, openSync, readdirSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { systemErrorCode } from "./system-error.ts";

const HARMLESS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK | constants.O_NOCTTY;

/** `realRoot`: without symlinks. Null when `path` is not exactly there; otherwise what `use` makes of the open descriptor. */
export function withRealPlace<T>(
  realRoot: string,
  path: string,
  kind: "file" | "directory",
  use: (descriptor: number) => T,
): T | null {
  const expected = path === "" ? realRoot : join(realRoot, path);
  const descriptor = tryOpen(expected, kind === "directory" ? HARMLESS | constants.O_DIRECTORY : HARMLESS);
  if (descriptor === null) return null;
  try {
    return readlinkSync(`/proc/self/fd/${descriptor}`) === expected ? use(descriptor) : null;
  } finally {
    closeSync(descriptor);
  }
}

/** Null for what is no real directory there. Throws the system's error for one that is closed to us. */
export function listRealDirectory(realRoot: string, path: string): Dirent[] | null {
  return withRealPlace(realRoot, path, "directory", (descriptor) =>
    readdirSync(`/proc/self/fd/${descriptor}`, { withFileTypes: true }),
  );
}

/** The target of a symlink, read in its own directory; null when that is not where it was. */
export function readRealLink(realRoot: string, path: string): Buffer | null {
  const slash = path.lastIndexOf("/");
  const directory = slash < 0 ? "" : path.slice(0, slash);
  return withRealPlace(realRoot, directory, "directory", (descriptor) =>
    readlinkSync(`/proc/self/fd/${descriptor}/${path.slice(slash + 1)}`, { encoding: "buffer" }),
  );
}

function tryOpen(path: string, flags: number): number | null {
  try {
    return openSync(path, flags);
  } catch (error) {
    if (["ELOOP", "ENOTDIR", "ENOENT"].includes(systemErrorCode(error) ?? "")) return null;
    throw error;
  }
}
