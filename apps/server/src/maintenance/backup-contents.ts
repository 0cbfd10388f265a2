// What of a data directory is precious, and in which order it is copied while others write to it.
// Covered: files that come and go meanwhile; objects that git packs anew; a ref that moves (its objects are copied after it).
// Not copied: index.db and its status (rebuilt), worktrees (made anew from checkpoints), environments, sandbox, models, logs, locks, journals
// (a change that was being applied is looked for in the checkout by its bytes, and an old journal would undo what is there now).
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { chmod, copyFile, lstat, mkdir, readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type BackupFile, tokenFileName } from "@outpost/protocol";

/** Beside the database; each may be absent. */
const plainFiles = ["outpost.json", "outpost.policy.yaml", "tasks.yaml"];
const secretFiles = [tokenFileName, "secret-marks.key"];
/** In the directory of a repository, in this order: what names objects before the objects. */
const repositoryParts = ["undo", "mirror.git"];
const leftOut = /(?:^|\/)(?:[^/]*\.lock|tmp_[^/]*|gc\.pid|[^/]*\.tmp)$/;
/** A pack that is gone when it is to be copied was packed anew: the folder is read again, so often at most. */
const maxRounds = 20;

export interface CopyContents {
  from: string;
  to: string;
  withSecrets: boolean;
}

/** All but tasks.db, which is copied first and in its own way. Resolves to the paths that were copied. */
export async function copyContents({ from, to, withSecrets }: CopyContents): Promise<string[]> {
  const copied: string[] = [];
  const copy = async (path: string): Promise<boolean> => {
    const isCopied = await copyOne(join(from, path), join(to, path));
    if (isCopied) copied.push(path);
    return isCopied;
  };
  for (const path of [...plainFiles, ...(withSecrets ? secretFiles : [])]) await copy(path);
  for (const id of await list(join(from, "repositories"))) {
    for (const part of repositoryParts) await copyTree(from, join("repositories", id, part), copy);
  }
  await completeMirrors(to);
  return copied;
}

/** Git takes a folder for a repository only while these are there, and a list of files holds no empty folders. */
export async function completeMirrors(root: string): Promise<void> {
  for (const id of await list(join(root, "repositories")))
    for (const name of ["refs", "objects"])
      await mkdir(join(root, "repositories", id, "mirror.git", name), { recursive: true });
}

async function copyTree(from: string, top: string, copy: (path: string) => Promise<boolean>): Promise<void> {
  const done = new Set<string>();
  for (let round = 0; round < maxRounds; round++) {
    let isLost = false;
    for (const path of inOrder(await walk(from, top))) {
      if (done.has(path)) continue;
      if (await copy(path)) done.add(path);
      // A loose object that is gone is in a pack by now, and packs come last.
      else isLost ||= path.includes("/objects/pack/");
    }
    if (!isLost) return;
  }
  throw new Error(`"${top}" changes faster than it can be copied`);
}

/** Refs first, then loose objects, then packs: whatever is named or moved meanwhile is found behind it. */
function inOrder(paths: readonly string[]): string[] {
  const rank = (path: string): number => (path.includes("/objects/pack/") ? 2 : path.includes("/objects/") ? 1 : 0);
  return [...paths].sort((one, other) => rank(one) - rank(other) || (one < other ? -1 : 1));
}

/** Regular files below `top`, relative to `root`. */
export async function walk(root: string, top: string): Promise<string[]> {
  const found: string[] = [];
  const open = [top];
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    const entry = await lstat(join(root, path)).catch(ignoreAbsent);
    if (entry?.isDirectory()) for (const name of await list(join(root, path))) open.push(join(path, name));
    else if (entry?.isFile() && !leftOut.test(path)) found.push(path);
  }
  return found;
}

async function copyOne(from: string, to: string): Promise<boolean> {
  try {
    await mkdir(dirname(to), { recursive: true });
    await copyFile(from, to);
    await chmod(to, modeOf(to));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
    throw error;
  }
}

/** Of a mirror everybody may read who can come there: git runs as another user when the server is root. */
export function modeOf(path: string): number {
  return path.includes("/mirror.git/") ? 0o644 : 0o600;
}

export async function describeFile(root: string, path: string): Promise<BackupFile> {
  const hash = createHash("sha256");
  let bytes = 0;
  for await (const chunk of createReadStream(join(root, path))) {
    hash.update(chunk as Buffer);
    bytes += (chunk as Buffer).length;
  }
  return { path, bytes, sha256: hash.digest("hex") };
}

async function list(directory: string): Promise<string[]> {
  return (await readdir(directory).catch(ignoreAbsent)) ?? [];
}

function ignoreAbsent(error: NodeJS.ErrnoException): undefined {
  if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
  throw error;
}
