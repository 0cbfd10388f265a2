// Blob ids of files on disk, by stat where the file did not change since, else from its bytes.
// Never goes through a symlink, in no part of the path, and never blocks on a FIFO. Small files are read synchronously: a third of the time.
import { fstatSync, lstatSync, readSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { readRealLink, systemErrorCode, withRealPlace } from "@outpost/checkout";
import type { FileMode } from "@outpost/protocol";
import type { StatCache } from "@outpost/retrieval";
import { blobIdOf, createBlobHash, type ObjectFormat } from "../git/object-id.ts";

export type HashedFile =
  | { kind: "file"; mode: FileMode; blob: string; bytes: number }
  | { kind: "absent" }
  | { kind: "directory" }
  | { kind: "unreadable"; detail: string };

const PIECE_BYTES = 4_000_000;
/** An entry whose mtime is younger than this when it is listed may change again without its stat showing it. */
const UNTRUSTED_MS = 2_000;

/** Looks files below `root` up. `known` is read and updated; files younger than two seconds are never kept in it. */
export function createFileHasher(root: string, format: ObjectFormat, known: StatCache, startedAtMs: number) {
  const trustedBeforeNs = BigInt(startedAtMs - UNTRUSTED_MS) * 1_000_000n;
  const isRealDirectory = createDirectoryCheck(root);
  const realRoot = realpathSync(root);
  const buffer = Buffer.allocUnsafe(PIECE_BYTES);

  function look(path: string): HashedFile {
    if (!isRealDirectory(parentOf(path))) return { kind: "absent" };
    const absolute = join(root, path);
    const found = lstatSync(absolute, { bigint: true, throwIfNoEntry: false });
    if (found === undefined) return { kind: "absent" };
    if (found.isDirectory()) return { kind: "directory" };
    if (found.isSymbolicLink()) {
      const target = readRealLink(realRoot, path);
      if (target === null) return { kind: "absent" };
      return { kind: "file", mode: "120000", blob: blobIdOf(target, format), bytes: target.byteLength };
    }
    if (!found.isFile()) return { kind: "unreadable", detail: "no regular file" };
    const mode: FileMode = (found.mode & 0o100n) === 0n ? "100644" : "100755";
    const size = Number(found.size);
    const before = known.get(path);
    if (before?.size === size && before.mtimeNs === found.mtimeNs && before.inode === found.ino) {
      return { kind: "file", mode, blob: before.blob, bytes: size };
    }
    const hashed = withRealPlace(realRoot, path, "file", (file) => hashRegularFile(file, format, buffer));
    if (hashed === null) return { kind: "unreadable", detail: "no regular file" };
    if (found.mtimeNs < trustedBeforeNs && hashed.bytes === size) {
      known.set(path, { size, mtimeNs: found.mtimeNs, inode: found.ino, blob: hashed.blob });
    } else known.delete(path);
    return { kind: "file", mode, ...hashed };
  }

  return (path: string): HashedFile => {
    try {
      return look(path);
    } catch (error) {
      const code = systemErrorCode(error);
      if (code === undefined) throw error;
      return code === "ENOENT" || code === "ENOTDIR"
        ? { kind: "absent" }
        : { kind: "unreadable", detail: `cannot be read (${code})` };
    }
  };
}

function parentOf(path: string): string {
  const slash = path.lastIndexOf("/");
  return slash < 0 ? "" : path.slice(0, slash);
}

/** Whether a directory below the root is reached without any symlink; each is looked at once. */
export function createDirectoryCheck(root: string): (directory: string) => boolean {
  const seen = new Map<string, boolean>([["", true]]);
  return function isReal(directory: string): boolean {
    const before = seen.get(directory);
    if (before !== undefined) return before;
    const real =
      isReal(parentOf(directory)) &&
      (lstatSync(join(root, directory), { throwIfNoEntry: false })?.isDirectory() ?? false);
    seen.set(directory, real);
    return real;
  };
}

function hashRegularFile(file: number, format: ObjectFormat, buffer: Buffer): { blob: string; bytes: number } | null {
  const found = fstatSync(file);
  if (!found.isFile()) return null;
  const hash = createBlobHash(found.size, format);
  let done = 0;
  while (done < found.size) {
    const count = readSync(file, buffer, 0, Math.min(buffer.length, found.size - done), done);
    // It shrank while it was read; the next listing sees it whole.
    if (count === 0) return null;
    hash.update(buffer.subarray(0, count));
    done += count;
  }
  return { blob: hash.digest("hex"), bytes: found.size };
}
