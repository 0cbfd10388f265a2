// What one name inside an open directory is, with its bytes: read through the entry itself, never through where a symlink points.
// Does not know paths of more than one part. Never blocks on a FIFO or device, and never holds more than `maxBytes` of a file.
import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { type FileHandle, lstat, open, readlink } from "node:fs/promises";
import { inside } from "./directory-walk.ts";
import { systemErrorCode } from "./system-error.ts";

export interface FileEntry {
  kind: "file";
  bytes: Uint8Array;
  sha256: string;
  /** The nine permission bits. */
  permissions: number;
  /** Set-user-id, set-group-id or sticky. */
  isSpecial: boolean;
  links: number;
  uid: number;
  gid: number;
}

export type Entry =
  | FileEntry
  | { kind: "symlink"; bytes: Uint8Array; sha256: string; uid: number; gid: number }
  | { kind: "large"; size: number }
  | { kind: "absent" }
  | { kind: "directory" }
  | { kind: "other" };

export function sha256Of(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

async function readSymlink(directory: FileHandle, name: string): Promise<Entry> {
  const [target, { uid, gid }] = await Promise.all([
    readlink(inside(directory, name), { encoding: "buffer" }),
    lstat(inside(directory, name)),
  ]);
  const bytes = Uint8Array.from(target);
  return { kind: "symlink", bytes, sha256: sha256Of(bytes), uid, gid };
}

/** Null when there is more than `maxBytes`, which a growing file may reach after its size was asked. */
async function readBounded(file: FileHandle, size: number, maxBytes: number): Promise<Uint8Array | null> {
  let bytes = new Uint8Array(Math.min(size, maxBytes) + 1);
  let filled = 0;
  for (;;) {
    const { bytesRead } = await file.read(bytes, filled, bytes.length - filled, null);
    if (bytesRead === 0) return bytes.subarray(0, filled);
    filled += bytesRead;
    if (filled > maxBytes) return null;
    if (filled === bytes.length) {
      const larger = new Uint8Array(Math.min(bytes.length * 2, maxBytes + 1));
      larger.set(bytes);
      bytes = larger;
    }
  }
}

/** Rejects with the system's error where the entry is closed to us. */
export async function readEntry(directory: FileHandle, name: string, maxBytes: number): Promise<Entry> {
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK | constants.O_NOCTTY;
  let file: FileHandle;
  try {
    file = await open(inside(directory, name), flags);
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === "ENOENT") return { kind: "absent" };
    if (code === "ENXIO" || code === "ENODEV") return { kind: "other" };
    if (code === "ELOOP") return readSymlink(directory, name);
    throw error;
  }
  try {
    const found = await file.stat();
    if (found.isDirectory()) return { kind: "directory" };
    if (!found.isFile()) return { kind: "other" };
    const bytes = found.size > maxBytes ? null : await readBounded(file, found.size, maxBytes);
    if (bytes === null) return { kind: "large", size: Math.max(found.size, maxBytes + 1) };
    return {
      kind: "file",
      bytes,
      sha256: sha256Of(bytes),
      permissions: found.mode & 0o777,
      isSpecial: (found.mode & 0o7000) !== 0,
      links: found.nlink,
      uid: found.uid,
      gid: found.gid,
    };
  } finally {
    await file.close();
  }
}
