// An entry written in full under a temporary name, made durable, and only then given its name: a reader sees all of the old or all of the new.
// Does not know what was there before nor whether it may be replaced: the caller checks. Leaves no temporary name behind unless it is killed.
// Not kept across a replacement: extended attributes and access control lists.
import { randomBytes } from "node:crypto";
import { constants } from "node:fs";
import { type FileHandle, lchown, link, open, rename, symlink, unlink } from "node:fs/promises";
import { inheritedOwner, inside } from "./directory-walk.ts";
import { systemErrorCode } from "./system-error.ts";

const TEMPORARY = /^\..*\.[0-9a-f]{16}\.outpost-tmp$/su;
const MAX_KEPT_NAME_BYTES = 200;

/** `.name.<random>.outpost-tmp`, cut so that it stays a valid name. */
export function createTemporaryName(name: string): string {
  let kept = name;
  while (Buffer.byteLength(kept) > MAX_KEPT_NAME_BYTES) kept = [...kept].slice(0, -8).join("");
  return `.${kept}.${randomBytes(8).toString("hex")}.outpost-tmp`;
}

export function isTemporaryName(name: string): boolean {
  return TEMPORARY.test(name);
}

export interface StagedContent {
  kind: "file" | "symlink";
  /** Of a symlink: its target. */
  bytes: Uint8Array;
  /** Exact permission bits; null: what the process makes by default. Not for symlinks. */
  permissions: number | null;
  /** Decides the default permissions. */
  executable: boolean;
  /** As root: whose it shall be; null: the directory's owner. */
  owner: { uid: number; gid: number } | null;
}

async function writeAndSync(file: FileHandle, content: StagedContent, owner: { uid: number; gid: number } | null) {
  const made = await file.stat();
  if (owner && (made.uid !== owner.uid || made.gid !== owner.gid)) await file.chown(owner.uid, owner.gid);
  // After chown, which clears bits.
  if (content.permissions !== null && (made.mode & 0o777) !== content.permissions)
    await file.chmod(content.permissions);
  await file.writeFile(content.bytes);
  await file.sync();
}

/** Writes the content as `temporaryName` in `directory` and makes it durable; the directory itself is not yet fsynced. */
export async function stageEntry(directory: FileHandle, temporaryName: string, content: StagedContent): Promise<void> {
  const at = inside(directory, temporaryName);
  const owner = process.getuid?.() === 0 ? (content.owner ?? (await inheritedOwner(directory))) : null;
  if (content.kind === "symlink") {
    await symlink(Buffer.from(content.bytes), at);
    if (owner) await lchown(at, owner.uid, owner.gid);
    return;
  }
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
  // Never wider than the wished permissions, not even for a moment.
  const file = await open(at, flags, content.permissions ?? (content.executable ? 0o777 : 0o666));
  try {
    await writeAndSync(file, content, owner);
  } catch (error) {
    await removeStaged(directory, temporaryName);
    throw error;
  } finally {
    await file.close();
  }
}

/** Gives the staged entry its name, replacing what is there. */
export async function replaceWithStaged(from: FileHandle, temporaryName: string, to: FileHandle, name: string) {
  await rename(inside(from, temporaryName), inside(to, name));
}

/** Gives the staged entry its name if nothing has that name; false when something has. */
export async function createFromStaged(
  from: FileHandle,
  temporaryName: string,
  to: FileHandle,
  name: string,
): Promise<boolean> {
  try {
    await link(inside(from, temporaryName), inside(to, name));
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === "EEXIST") return false;
    // No hard links on this file system, or none allowed for us: the caller has just looked, and a rename is the best there is.
    if (code !== "EPERM" && code !== "ENOTSUP" && code !== "EOPNOTSUPP" && code !== "EMLINK" && code !== "ENOSYS")
      throw error;
    await replaceWithStaged(from, temporaryName, to, name);
    return true;
  }
  await unlink(inside(from, temporaryName));
  return true;
}

/** Removes a staged entry if it is there. */
export async function removeStaged(directory: FileHandle, temporaryName: string): Promise<boolean> {
  try {
    await unlink(inside(directory, temporaryName));
    return true;
  } catch (error) {
    if (systemErrorCode(error) === "ENOENT") return false;
    throw error;
  }
}
