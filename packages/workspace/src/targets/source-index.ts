// The user's index: whether paths are as in HEAD, and the same index with some paths replaced. Git works on a copy; what it made is put in
// place under git's own lock, and only while the index is what was copied. Entries of other paths stay as they are.
// Does not know commits. No git process writes in the user's repository.
import { constants } from "node:fs";
import { mkdir, mkdtemp, open, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { inside, replaceWithStaged, sha256Of, systemErrorCode, walkDirectories } from "@outpost/checkout";
import { type FileMode, OutpostError } from "@outpost/protocol";
import { decodeName, splitFields } from "../git/fields.ts";
import { underLock } from "./source-locks.ts";
import type { SourceRepository } from "./source-repository.ts";

const MAX_INDEX_BYTES = 512_000_000;
const EMPTY_TREES = {
  sha1: "4b825dc642cb6eb9a060e54bf8d69288fbee4904",
  sha256: "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321",
};

export interface IndexEdit {
  path: string;
  /** Null: it goes. */
  entry: { mode: FileMode; blob: string } | null;
}

interface IndexCopy {
  directory: string;
  path: string;
  sha256: string | null;
  permissions: number;
}

async function readIndex({ location }: SourceRepository): Promise<{ bytes: Uint8Array; permissions: number } | null> {
  const walk = await walkDirectories(location.gitDir, []);
  try {
    const file = await open(inside(walk.directory, "index"), constants.O_RDONLY | constants.O_NOFOLLOW);
    try {
      const found = await file.stat();
      if (found.size > MAX_INDEX_BYTES)
        throw new OutpostError("limit_exceeded", "the index of the source is over 512 MB");
      return { bytes: await file.readFile(), permissions: found.mode & 0o777 };
    } finally {
      await file.close();
    }
  } catch (error) {
    if (systemErrorCode(error) === "ENOENT") return null;
    throw error;
  } finally {
    await walk.directory.close();
  }
}

async function withCopy<T>(
  source: SourceRepository,
  temporaryDirectory: string,
  use: (copy: IndexCopy) => Promise<T>,
): Promise<T> {
  await mkdir(temporaryDirectory, { recursive: true, mode: 0o700 });
  const directory = await mkdtemp(join(temporaryDirectory, "index-"));
  try {
    const found = await readIndex(source);
    const path = join(directory, "index");
    if (found) await writeFile(path, found.bytes, { mode: 0o600 });
    return await use({
      directory,
      path,
      sha256: found && sha256Of(found.bytes),
      permissions: found?.permissions ?? 0o644,
    });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** Paths whose entry in the index is not HEAD's: staged, or in the middle of a merge. `head` null: there is no commit. */
export async function listStaged(
  source: SourceRepository,
  temporaryDirectory: string,
  head: string | null,
  paths: readonly string[],
): Promise<string[]> {
  if (paths.length === 0) return [];
  return withCopy(source, temporaryDirectory, async (copy) => {
    const tree = head ?? EMPTY_TREES[(await hashLengthOf(source)) === 64 ? "sha256" : "sha1"];
    const output = await source.run({
      args: ["diff-index", "--cached", "--name-only", "--no-renames", "-z", tree, "--", ...paths],
      index: copy.path,
      writable: [copy.directory],
    });
    return [...splitFields(output.bytes)].map((field) => decodeName(field) ?? field.toString("latin1"));
  });
}

/** Makes the edits, calling `commit` while the index is locked and nothing is written yet: when that rejects, nothing is. */
export async function replaceInIndex(
  source: SourceRepository,
  temporaryDirectory: string,
  edits: readonly IndexEdit[],
  commit: () => Promise<void>,
): Promise<void> {
  const hashLength = edits.find(({ entry }) => entry !== null)?.entry?.blob.length ?? (await hashLengthOf(source));
  await withCopy(source, temporaryDirectory, async (copy) => {
    await source.run({
      args: ["update-index", "-z", "--replace", "--index-info"],
      index: copy.path,
      writable: [copy.directory],
      stdin: edits.map((edit) => lineOf(edit, hashLength)).join(""),
    });
    const bytes = await readFile(copy.path);
    const { directory } = await walkDirectories(source.location.gitDir, []);
    try {
      await replaceLocked(source, directory, { ...copy, bytes }, commit);
    } finally {
      await directory.close();
    }
  });
}

async function hashLengthOf(source: SourceRepository): Promise<number> {
  const { text } = await source.run({ args: ["rev-parse", "--show-object-format"] });
  return text.trim() === "sha256" ? 64 : 40;
}

function lineOf({ path, entry }: IndexEdit, hashLength: number): string {
  return entry ? `${entry.mode} ${entry.blob}\t${path}\0` : `0 ${"0".repeat(hashLength)}\t${path}\0`;
}

async function replaceLocked(
  source: SourceRepository,
  directory: Awaited<ReturnType<typeof walkDirectories>>["directory"],
  next: { bytes: Uint8Array; sha256: string | null; permissions: number },
  commit: () => Promise<void>,
): Promise<void> {
  const { bytes, permissions } = next;
  const place = { records: source.lockRecords, directory, root: source.location.gitDir, parts: [], name: "index" };
  await underLock({ ...place, bytes, permissions, what: "the index" }, async () => {
    const now = await readIndex(source);
    if ((now && sha256Of(now.bytes)) !== next.sha256) throw busy("the index changed meanwhile");
    await commit();
    await replaceWithStaged(directory, "index.lock", directory, "index");
  });
}

function busy(what: string): OutpostError {
  return new OutpostError("conflict", `${what}; try again`, { retryable: true, details: { conflicts: [] } });
}
