// A folder as a source tree: every file below it, nothing ignored. For tests that need no git; workspace has the real ones.
import { createHash } from "node:crypto";
import type { BigIntStats } from "node:fs";
import { lstat, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { OutpostError } from "@outpost/protocol";
import type { SourceFile, SourceListing, SourceTree, StatCache } from "@outpost/retrieval";

export function createFolderSourceTree(root: string): SourceTree {
  return {
    list: (known, signal) => listFolder(root, known, signal),
    read: async (file) => {
      const content = await readBytes(join(root, file.path)).catch(() => {
        throw new OutpostError("not_found", `file "${file.path}" is gone`);
      });
      if (blobId(content) === file.blob) return content;
      throw new OutpostError("conflict", `file "${file.path}" changed since it was listed`);
    },
  };
}

async function listFolder(root: string, known: StatCache, signal?: AbortSignal): Promise<SourceListing> {
  const listing: SourceListing = { files: [], problems: [], commit: null };
  const found: StatCache = new Map();
  for (const name of await readdir(root, { recursive: true })) {
    signal?.throwIfAborted();
    const path = name.replaceAll("\\", "/");
    const stat = await lstat(join(root, name), { bigint: true });
    if (stat.isSymbolicLink()) listing.problems.push({ path, reason: "symlink", detail: "a symbolic link" });
    if (stat.isFile()) listing.files.push(await identify(join(root, name), path, stat, known, found));
  }
  known.clear();
  for (const [path, stat] of found) known.set(path, stat);
  listing.files.sort((a, b) => (a.path < b.path ? -1 : 1));
  return listing;
}

async function identify(
  absolute: string,
  path: string,
  { size, mtimeNs, ino }: BigIntStats,
  known: StatCache,
  found: StatCache,
): Promise<SourceFile> {
  const before = known.get(path);
  const isSame = before && before.size === Number(size) && before.mtimeNs === mtimeNs && before.inode === ino;
  const blob = isSame ? before.blob : blobId(await readBytes(absolute));
  found.set(path, { size: Number(size), mtimeNs, inode: ino, blob });
  return { path, blob, bytes: Number(size) };
}

async function readBytes(absolute: string): Promise<Uint8Array> {
  return new Uint8Array(await readFile(absolute));
}

function blobId(content: Uint8Array): string {
  return createHash("sha1").update(`blob ${content.length}\0`).update(content).digest("hex");
}
