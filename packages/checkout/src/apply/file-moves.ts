// The effects of a transition on a checkout: staging, deleting, naming, sweeping. Each may be repeated after a crash at any moment.
// Does not know journals: order and durability of those are the transaction's. Invariant: a path is written only while it holds the
// bytes and mode that the transition says it holds.
import { type FileHandle, rmdir, unlink } from "node:fs/promises";
import type { ApplyConflict } from "@outpost/protocol";
import { inside, makeDirectories, syncDirectory, type Walk, walkDirectories } from "../files/directory-walk.ts";
import { readEntry } from "../files/entry.ts";
import { parseDirectoryPath } from "../files/relative-path.ts";
import { createFromStaged, removeStaged, replaceWithStaged, stageEntry } from "../files/staged-entry.ts";
import { systemErrorCode } from "../files/system-error.ts";
import { atPath, MoveConflict } from "./conflicts.ts";
import type { BeforeEffect } from "./durable-file.ts";
import type { JournaledFile } from "./journal.ts";
import { directoryOf, MAX_FILE_BYTES } from "./observation.ts";
import { findStanding } from "./standing.ts";
import { type FileVersion, isVersion, type Transition } from "./transition.ts";
import type { ReadBytes } from "./undo.ts";

export interface Scene {
  root: string;
  transition: Transition<JournaledFile>;
  readBytes: ReadBytes;
  beforeEffect: BeforeEffect;
}

type Moves = Omit<Scene, "readBytes">;

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

async function using<T>(walk: Walk, use: (directory: FileHandle) => Promise<T>): Promise<T | null> {
  try {
    return walk.stop ? null : await use(walk.directory);
  } finally {
    await walk.directory.close();
  }
}

/** Null when the directory is not there (any more). */
async function inDirectory<T>(
  root: string,
  path: string,
  use: (directory: FileHandle) => Promise<T>,
): Promise<T | null> {
  return using(await walkDirectories(root, parseDirectoryPath(path)), use);
}

async function stageVersion(
  scene: Scene,
  directory: FileHandle,
  temporaryName: string,
  version: FileVersion,
): Promise<void> {
  await scene.beforeEffect(`stage ${temporaryName}`);
  await stageEntry(directory, temporaryName, {
    kind: version.mode === "120000" ? "symlink" : "file",
    bytes: await scene.readBytes(version.sha256),
    permissions: version.permissions,
    executable: version.mode === "100755",
    owner: version.owner,
  });
}

/** Writes all after-versions under their temporary names and makes them durable. Touches no path of the transition. */
export async function stageAll(scene: Scene): Promise<void> {
  for (const { path, after, temporaryName, stagedIn } of scene.transition.files) {
    if (!after) continue;
    const stage = async (directory: FileHandle) => {
      await stageVersion(scene, directory, temporaryName, after);
      return true;
    };
    if (!(await atPath(path, () => inDirectory(scene.root, stagedIn, stage))))
      throw new MoveConflict(path, `needs the directory "${stagedIn}", which is gone`);
  }
  await syncAll(
    scene.root,
    scene.transition.files.filter(({ after }) => after).map(({ stagedIn }) => stagedIn),
  );
}

/** Whether the after-version of a path lies staged and whole. */
export async function isStaged(root: string, file: JournaledFile): Promise<boolean> {
  const entry = await inDirectory(root, file.stagedIn, (directory) =>
    readEntry(directory, file.temporaryName, MAX_FILE_BYTES),
  );
  return file.after !== null && entry !== null && isVersion(entry, file.after, false);
}

const CHANGED = "changed while it was being written";

async function removeFile(moves: Moves, file: JournaledFile): Promise<void> {
  const standing = await findStanding(moves.root, moves.transition, file);
  if (standing === "changed") throw new MoveConflict(file.path, CHANGED);
  if (standing === "after") return;
  await inDirectory(moves.root, directoryOf(file.path), async (directory) => {
    await moves.beforeEffect(`delete ${file.path}`);
    await unlink(inside(directory, nameOf(file.path)));
  });
}

async function removeEmptied(moves: Moves): Promise<void> {
  const deepestFirst = [...moves.transition.removable].sort((a, b) => b.path.length - a.path.length);
  for (const { path } of deepestFirst) {
    await inDirectory(moves.root, directoryOf(path), async (directory) => {
      await moves.beforeEffect(`remove directory ${path}`);
      await rmdir(inside(directory, nameOf(path))).catch((error: unknown) => {
        // Not empty, gone, or replaced by the user: then it stays as it is.
        if (!["ENOTEMPTY", "EEXIST", "ENOENT", "ENOTDIR", "EBUSY"].includes(systemErrorCode(error) ?? "")) throw error;
      });
    });
  }
}

/** The directory of a path, made with its parents where the transition makes them. */
async function openTargetDirectory({ root, transition, beforeEffect }: Moves, path: string): Promise<Walk> {
  const parts = parseDirectoryPath(directoryOf(path));
  const made = new Map(transition.made.map((step) => [step.path, step.permissions]));
  if (made.has(parts.join("/"))) await beforeEffect(`make directory ${parts.join("/")}`);
  return makeDirectories(root, parts, (depth) => made.get(parts.slice(0, depth + 1).join("/")) ?? null);
}

async function nameStaged(moves: Moves, file: JournaledFile, from: FileHandle, to: FileHandle): Promise<void> {
  await moves.beforeEffect(`name ${file.path}`);
  if (file.before) return replaceWithStaged(from, file.temporaryName, to, nameOf(file.path));
  if (!(await createFromStaged(from, file.temporaryName, to, nameOf(file.path))))
    throw new MoveConflict(file.path, "was made by someone else in the meantime");
}

/** `restage`: write the version anew beside its target instead of taking the staged one. */
async function putFile(scene: Scene, file: JournaledFile, restage: boolean): Promise<void> {
  const { after, path } = file;
  const standing = await findStanding(scene.root, scene.transition, file);
  if (standing === "after" || !after) return;
  if (standing === "changed") throw new MoveConflict(path, CHANGED);
  const isDone = await using(await openTargetDirectory(scene, path), async (target) => {
    if (restage) {
      await removeStaged(target, file.temporaryName);
      await stageVersion(scene, target, file.temporaryName, after);
    }
    // The last look, as near to the rename as it gets.
    if ((await findStanding(scene.root, scene.transition, file)) !== "before") throw new MoveConflict(path, CHANGED);
    if (restage || file.stagedIn === directoryOf(path)) await nameStaged(scene, file, target, target);
    else await inDirectory(scene.root, file.stagedIn, (from) => nameStaged(scene, file, from, target));
    return true;
  });
  if (!isDone) throw new MoveConflict(path, "lies behind something that is no directory any more");
}

/**
 * Takes every path from before to after: deletions, emptied directories, then the rest. Paths that are there already are left.
 * `strict`: throws `MoveConflict` at the first path that holds neither side, and takes what was staged; otherwise goes on, writes
 * versions anew, and returns the conflicts.
 */
export async function moveAll(scene: Scene, strict: boolean): Promise<ApplyConflict[]> {
  const conflicts: ApplyConflict[] = [];
  const attempt = async (path: string, move: () => Promise<void>) => {
    await atPath(path, move).catch((error: unknown) => {
      if (strict || !(error instanceof MoveConflict)) throw error;
      conflicts.push(error.conflict);
    });
  };
  const { files } = scene.transition;
  for (const file of files) if (!file.after) await attempt(file.path, () => removeFile(scene, file));
  await removeEmptied(scene);
  for (const file of files) if (file.after) await attempt(file.path, () => putFile(scene, file, !strict));
  await syncAll(
    scene.root,
    files.map(({ path }) => directoryOf(path)),
  );
  return conflicts;
}

/** Fsyncs the directories, and those that hold them, as far as they are there. */
async function syncAll(root: string, directories: readonly string[]): Promise<void> {
  for (const path of new Set(directories.flatMap((directory) => [directory, directoryOf(directory)])))
    await inDirectory(root, path, syncDirectory);
}

/** Removes every temporary name of the transition. Returns how many there were. */
export async function sweepStaged({ root, transition, beforeEffect }: Moves): Promise<number> {
  let swept = 0;
  await beforeEffect("sweep");
  for (const { path, temporaryName, stagedIn } of transition.files)
    for (const place of new Set([stagedIn, directoryOf(path)])) {
      const isSwept = await inDirectory(root, place, (directory) => removeStaged(directory, temporaryName));
      if (isSwept) swept++;
    }
  return swept;
}
