// The one way down a tree: each directory is opened by name inside the one opened before it, never through a symlink.
// Covered: symlinks planted or swapped in at any moment, also between check and use. Not covered: a directory that is itself moved out
// of the tree while it is open, mounts below the root, and whoever can write to the root's own parents.
// Node has no openat; /proc/self/fd/<directory>/<name> is the same thing on Linux. Elsewhere (a client on macOS) the name is put behind the
// path that was walked part by part: there a symlink swapped in between check and use is not covered. Invariant: no path of more than one
// unchecked part is ever given to the operating system.
import { constants } from "node:fs";
import { access, type FileHandle, lstat, mkdir, open } from "node:fs/promises";
import { join } from "node:path";
import { OutpostError } from "@outpost/protocol";
import { systemErrorCode } from "./system-error.ts";

const DIRECTORY = constants.O_RDONLY | constants.O_DIRECTORY;

/** Why a walk ended before its last part. */
export type WalkStop = "absent" | "symlink" | "not_directory";

export interface Walk {
  /** The deepest directory reached; the caller closes it. */
  directory: FileHandle;
  /** How many parts were walked. */
  depth: number;
  stop: WalkStop | null;
}

const hasDescriptorPaths = () => process.platform === "linux";
/** Where there are no descriptor paths: the path by which each directory was opened. */
const walked = new WeakMap<FileHandle, string>();

/** A path that names the open directory itself. */
export function pathOfOpen(directory: FileHandle): string {
  return hasDescriptorPaths() ? `/proc/self/fd/${directory.fd}` : (walked.get(directory) ?? "/nonexistent");
}

/** The path of `name` inside an open directory. `name` is one part. */
export function inside(directory: FileHandle, name: string): string {
  return join(pathOfOpen(directory), name);
}

async function openDirectory(path: string, flags: number): Promise<FileHandle> {
  const directory = await open(path, flags);
  if (!hasDescriptorPaths()) walked.set(directory, path);
  return directory;
}

async function openRoot(root: string): Promise<FileHandle> {
  try {
    return await openDirectory(root, DIRECTORY);
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === "ENOENT" || code === "ENOTDIR")
      throw new OutpostError("not_found", `directory "${root}" is gone or is no directory`, { cause: error });
    throw error;
  }
}

async function openChild(directory: FileHandle, name: string): Promise<FileHandle | WalkStop> {
  try {
    return await openDirectory(inside(directory, name), DIRECTORY | constants.O_NOFOLLOW);
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === "ENOENT") return "absent";
    if (code !== "ENOTDIR" && code !== "ELOOP") throw error;
    // Only for the wording: the open above has already refused.
    const found = await lstat(inside(directory, name)).catch(() => null);
    return found === null || found.isSymbolicLink() || found.isDirectory() ? "symlink" : "not_directory";
  }
}

/**
 * Walks `parts` down from `root` (a path that the operator chose, followed as it is). Stops early, as a value, where a part is
 * absent, a symlink or no directory. Rejects with `not_found` for the root, and with the system's error for closed directories.
 */
export async function walkDirectories(root: string, parts: readonly string[]): Promise<Walk> {
  let directory = await openRoot(root);
  try {
    for (const [depth, part] of parts.entries()) {
      const child = await openChild(directory, part);
      if (typeof child === "string") return { directory, depth, stop: child };
      await directory.close();
      directory = child;
    }
  } catch (error) {
    await directory.close();
    throw error;
  }
  return { directory, depth: parts.length, stop: null };
}

/** As root, what is made belongs to whoever owns the directory it is made in; otherwise to us, which nobody can change. */
export async function inheritedOwner(directory: FileHandle): Promise<{ uid: number; gid: number } | null> {
  if (process.getuid?.() !== 0) return null;
  const { uid, gid } = await directory.stat();
  return { uid, gid };
}

async function makeChild(
  directory: FileHandle,
  name: string,
  permissions: number | null,
): Promise<FileHandle | WalkStop> {
  try {
    // Narrow from the start; only a umask that took something away is mended below.
    await mkdir(inside(directory, name), permissions ?? 0o777);
  } catch (error) {
    if (systemErrorCode(error) !== "EEXIST") throw error;
    return openChild(directory, name);
  }
  const child = await openChild(directory, name);
  if (typeof child === "string") return child;
  const owner = await inheritedOwner(directory);
  const made = await child.stat();
  if (owner && (made.uid !== owner.uid || made.gid !== owner.gid)) await child.chown(owner.uid, owner.gid);
  if (permissions !== null && (made.mode & 0o777) !== permissions) await child.chmod(permissions);
  return child;
}

/**
 * As `walkDirectories`, making what is absent on the way; the parents of made directories are fsynced.
 * `permissionsOf(depth)`: of the directory of that depth should it have to be made; null: the process's default.
 */
export async function makeDirectories(
  root: string,
  parts: readonly string[],
  permissionsOf: (depth: number) => number | null = () => null,
): Promise<Walk> {
  const walk = await walkDirectories(root, parts);
  try {
    while (walk.stop === "absent" && walk.depth < parts.length) {
      const child = await makeChild(walk.directory, parts[walk.depth] ?? "", permissionsOf(walk.depth));
      if (typeof child === "string") return { ...walk, stop: child };
      await syncDirectory(walk.directory);
      await walk.directory.close();
      walk.directory = child;
      walk.depth++;
    }
  } catch (error) {
    await walk.directory.close();
    throw error;
  }
  return walk.depth === parts.length ? { ...walk, stop: null } : walk;
}

/** Some file systems have no fsync for directories and say EINVAL; there is nothing better to do there. */
export async function syncDirectory(directory: FileHandle): Promise<void> {
  try {
    await directory.sync();
  } catch (error) {
    if (systemErrorCode(error) !== "EINVAL") throw error;
  }
}

export async function isWritable(directory: FileHandle): Promise<boolean> {
  return access(pathOfOpen(directory), constants.W_OK | constants.X_OK).then(
    () => true,
    () => false,
  );
}
