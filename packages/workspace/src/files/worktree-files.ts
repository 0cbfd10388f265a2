// The files of a run's worktree: read, replaced, removed, listed and found, all by the walk.
// Does not know git beyond a list of paths, nor who else writes: a command must not run while a file is written (the caller's mutex);
// two writers through one instance take turns. Invariant: nothing outside the root is read or written, whatever the tree is made into.
import { type FileHandle, lstat, opendir, unlink } from "node:fs/promises";
import {
  createFromStaged,
  createTemporaryName,
  type Entry,
  type FileEntry,
  inside,
  isGitDirectoryName,
  isTemporaryName,
  makeDirectories,
  parseDirectoryPath,
  parseFilePath,
  readEntry,
  removeStaged,
  replaceWithStaged,
  sha256Of,
  stageEntry,
  syncDirectory,
  toOutpostError,
  type Walk,
  walkDirectories,
} from "@outpost/checkout";
import type { DirectoryEntry, FileContent, FileRules, WorktreeFiles } from "@outpost/core";
import { compileGlob, OutpostError } from "@outpost/protocol";
import { findNearestPaths } from "./nearest-paths.ts";

const DEFAULT_MAX_BYTES = 10_000_000;
const MAX_LISTED = 1000;
/** Names looked at in one directory; beyond it a listing is truncated without being sorted over all. */
const MAX_SCANNED_NAMES = 100_000;
/** Largest file that a write or remove compares with what its caller saw. */
const MAX_REPLACED_BYTES = 100_000_000;

type ListPaths = () => Promise<string[]>;

/** `listPaths`: what git tracks or would track, relative to the root. */
export function createWorktreeFiles(root: string, listPaths: ListPaths, rules?: FileRules): WorktreeFiles {
  const takeTurn = createTurns();
  const keep = createGuard(rules);
  return {
    read: (path, options) =>
      translated(path, async () => {
        keep(path, "read");
        return read(root, path, options?.maxBytes ?? DEFAULT_MAX_BYTES, listPaths);
      }),
    write: (path, bytes, expected) =>
      takeTurn(() =>
        translated(path, async () => {
          keep(path, "write");
          return write(root, path, bytes, expected, listPaths);
        }),
      ),
    remove: (path, expected) =>
      takeTurn(() =>
        translated(path, async () => {
          keep(path, "write");
          return remove(root, path, expected, listPaths);
        }),
      ),
    list: (path, limit) =>
      translated(path, async () => {
        keep(path, "read");
        return leaveOutDenied(path, await list(root, path, limit ?? MAX_LISTED, listPaths), rules);
      }),
    find: (glob, limit) => find(glob, limit, listPaths),
  };
}

/** Throws `forbidden` for what the policy does not let be done with a path. */
function createGuard(rules: FileRules | undefined): (path: string, wanted: "read" | "write") => void {
  return (path, wanted) => {
    const judged = rules?.judge(parseDirectoryPath(path).join("/"));
    if (judged?.access === "deny") throw failure("forbidden", path, `is denied by the policy: ${judged.reason}`);
    if (judged?.access === "read" && wanted === "write")
      throw failure("forbidden", path, `may only be read, says the policy: ${judged.reason}`);
  };
}

function leaveOutDenied<Listing extends { entries: DirectoryEntry[] }>(
  path: string,
  listing: Listing,
  rules: FileRules | undefined,
): Listing {
  if (rules === undefined) return listing;
  const base = parseDirectoryPath(path);
  const entries = listing.entries.filter(({ name }) => rules.judge([...base, name].join("/")).access !== "deny");
  return { ...listing, entries };
}

function createTurns(): <T>(action: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (action) => {
    const turn = last.then(action, action);
    last = turn.catch(() => undefined);
    return turn;
  };
}

async function translated<T>(path: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw toOutpostError(error, path);
  }
}

function failure(code: "forbidden" | "invalid_input" | "conflict", path: string, text: string): OutpostError {
  return new OutpostError(code, `path ${JSON.stringify(path)} ${text}`, { details: { path } });
}

async function notFound(path: string, listPaths: ListPaths): Promise<OutpostError> {
  // Suggestions only help: a listing that fails must not hide the answer.
  const nearest = findNearestPaths(path, await listPaths().catch(() => []));
  const hint = nearest.length > 0 ? `; nearest: ${nearest.map((near) => JSON.stringify(near)).join(", ")}` : "";
  return new OutpostError("not_found", `path ${JSON.stringify(path)} is not there${hint}`, {
    details: { path, nearest },
  });
}

async function stopError(path: string, parts: string[], walk: Walk, listPaths: ListPaths): Promise<OutpostError> {
  const where = JSON.stringify(parts.slice(0, walk.depth + 1).join("/"));
  if (walk.stop === "symlink")
    return failure("forbidden", path, `goes through the symlink ${where}, which is never followed`);
  if (walk.stop === "not_directory")
    return failure("invalid_input", path, `goes through ${where}, which is no directory`);
  return notFound(path, listPaths);
}

/** Runs `use` with the file's parent directory open. */
async function withParent<T>(
  target: { root: string; path: string; make: boolean; listPaths: ListPaths },
  use: (directory: FileHandle, name: string) => Promise<T>,
): Promise<T> {
  const parts = parseFilePath(target.path);
  const parents = parts.slice(0, -1);
  const walk = await (target.make ? makeDirectories(target.root, parents) : walkDirectories(target.root, parents));
  try {
    if (walk.stop) throw await stopError(target.path, parents, walk, target.listPaths);
    return await use(walk.directory, parts.at(-1) ?? "");
  } finally {
    await walk.directory.close();
  }
}

/** Throws for everything that is there and is no regular file within `maxBytes`. */
function asFile(path: string, entry: Entry, maxBytes: number): FileEntry | null {
  if (entry.kind === "absent") return null;
  if (entry.kind === "file") return entry;
  if (entry.kind === "symlink")
    throw failure("forbidden", path, "is a symlink, which is never followed; name the file itself");
  if (entry.kind === "directory") throw failure("invalid_input", path, "is a directory; list it, or name a file in it");
  if (entry.kind === "other") throw failure("invalid_input", path, "is no regular file");
  const message = `file ${JSON.stringify(path)} is ${entry.size} bytes, over maxBytes (${maxBytes}); search in it instead`;
  throw new OutpostError("limit_exceeded", message, { details: { path, size: entry.size, maxBytes } });
}

function read(root: string, path: string, maxBytes: number, listPaths: ListPaths): Promise<FileContent> {
  return withParent({ root, path, make: false, listPaths }, async (directory, name) => {
    const file = asFile(path, await readEntry(directory, name, maxBytes), maxBytes);
    if (!file) throw await notFound(path, listPaths);
    return { bytes: file.bytes, sha256: file.sha256, executable: (file.permissions & 0o100) !== 0 };
  });
}

/** What is there now, checked against what the caller saw. */
async function expectEntry(directory: FileHandle, name: string, path: string, expected: string | null) {
  const file = asFile(path, await readEntry(directory, name, MAX_REPLACED_BYTES), MAX_REPLACED_BYTES);
  if (expected === null && file) throw failure("conflict", path, "exists already; read it before replacing it");
  if (expected !== null && !file) throw failure("conflict", path, "is gone since it was read");
  if (file && file.sha256 !== expected) throw failure("conflict", path, "changed since it was read; read it again");
  if (file && file.links > 1)
    throw failure("forbidden", path, `has ${file.links} hard links, so writing it may reach another place`);
  return file;
}

function write(root: string, path: string, bytes: Uint8Array, expected: string | null, listPaths: ListPaths) {
  // An existing file needs no directories made, and a wrong path should not leave any behind.
  return withParent({ root, path, make: expected === null, listPaths }, async (directory, name) => {
    const before = await expectEntry(directory, name, path, expected);
    const temporary = createTemporaryName(name);
    await stageEntry(directory, temporary, {
      kind: "file",
      bytes,
      permissions: before ? before.permissions : null,
      executable: false,
      owner: before,
    });
    try {
      if (before) {
        await expectEntry(directory, name, path, expected);
        await replaceWithStaged(directory, temporary, directory, name);
      } else if (!(await createFromStaged(directory, temporary, directory, name))) {
        throw failure("conflict", path, "was made by someone else in the meantime");
      }
    } catch (error) {
      await removeStaged(directory, temporary);
      throw error;
    }
    await syncDirectory(directory);
    return { sha256: sha256Of(bytes) };
  });
}

function remove(root: string, path: string, expected: string, listPaths: ListPaths): Promise<void> {
  return withParent({ root, path, make: false, listPaths }, async (directory, name) => {
    if ((await readEntry(directory, name, 0)).kind === "absent") throw await notFound(path, listPaths);
    await expectEntry(directory, name, path, expected);
    await unlink(inside(directory, name));
    await syncDirectory(directory);
  });
}

async function describe(directory: FileHandle, name: string): Promise<DirectoryEntry | null> {
  const found = await lstat(inside(directory, name)).catch(() => null);
  if (!found) return null;
  if (found.isFile()) return { name, kind: "file", size: found.size };
  const kind = found.isDirectory() ? "directory" : found.isSymbolicLink() ? "symlink" : "other";
  return { name, kind, size: 0 };
}

async function list(root: string, path: string, limit: number, listPaths: ListPaths) {
  const parts = parseDirectoryPath(path);
  const walk = await walkDirectories(root, parts);
  try {
    if (walk.stop === "not_directory" && walk.depth === parts.length - 1)
      throw failure("invalid_input", path, "is no directory; read it instead");
    if (walk.stop) throw await stopError(path, parts, walk, listPaths);
    const names: string[] = [];
    let truncated = false;
    for await (const { name } of await opendir(`/proc/self/fd/${walk.directory.fd}`)) {
      if (isGitDirectoryName(name) || isTemporaryName(name)) continue;
      if (names.length === MAX_SCANNED_NAMES) {
        truncated = true;
        break;
      }
      names.push(name);
    }
    names.sort();
    const shown = names.slice(0, Math.max(0, limit));
    const entries = await Promise.all(shown.map((name) => describe(walk.directory, name)));
    return { entries: entries.filter((entry) => entry !== null), truncated: truncated || names.length > shown.length };
  } finally {
    await walk.directory.close();
  }
}

async function find(glob: string, limit: number, listPaths: ListPaths) {
  const matches = compileGlob(glob);
  const found = (await listPaths()).filter((path) => matches(path)).sort();
  return { paths: found.slice(0, Math.max(0, limit)), truncated: found.length > limit };
}
