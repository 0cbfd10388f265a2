// Which directories of one source are watched: those that hold listed files, those in which files may yet come, and the git directory.
// Invariant: a directory is watched before it is listed, or the caller is told to look again.
import { lstatSync, readdirSync, type Stats, statSync } from "node:fs";
import { basename, join } from "node:path";
import { OutpostError } from "@outpost/protocol";
import { createDirectoryWatches, type DirectoryWatches } from "./directory-watches.ts";
import type { FollowLimits } from "./limits.ts";
import type { TakenChanges } from "./pending-changes.ts";

export interface FollowedSource {
  root: string;
  /** Null for a plain folder. */
  gitDirectory: string | null;
}

export interface SourceWatches {
  /** Before `prepare`: the changed paths, where they are all that changed and each is a file in a watched directory; null otherwise. */
  filesOf(changes: TakenChanges): string[] | null;
  /** Before a look: watches what came, and again what went and came. Throws `limit_exceeded` or the system's error. */
  prepare(changes: TakenChanges): void;
  /** After a look, with the directories of its listing. True when some were not watched while it was taken: look again. */
  settle(directories: readonly string[]): boolean;
  close(): void;
}

/** In the git directory: what says which files belong to the checkout. Its lock comes and goes with every command. */
const gitFiles = new Set(["HEAD", "index"]);
/** Made by tools, never listed, and large. What git ignores besides is watched only when it comes while we look. */
const neverEntered = new Set([".git", "node_modules", ".venv", "__pycache__", "target", ".cache"]);
/** So many changes at once may have been more than the system's queue holds, a directory's end among them. */
const untrustedBurst = 4_000;

export function openSourceWatches(
  { root, gitDirectory }: FollowedSource,
  onChange: (path: string, kind: "rename" | "change") => void,
  limits: FollowLimits,
): SourceWatches {
  const rootName = basename(root);
  const tree = createDirectoryWatches(root, (directory, name, kind) => {
    // A directory's own end is told under its own name, too.
    if (name === null) return onChange(directory, "rename");
    if (directory === "" && name === rootName) onChange("", "rename");
    onChange(directory === "" ? name : `${directory}/${name}`, kind);
  });
  const git = gitDirectory === null ? null : watchGit(gitDirectory, onChange);
  /** Directories without listed files, or not with any more, the latest last. */
  const empty = new Set<string>();
  /** By the last look. */
  let listed: ReadonlySet<string> = new Set();
  let rootId = "";

  function watchEmpty(directory: string): void {
    const pending = [directory];
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      if (empty.size >= limits.maxEmptyDirectories || tree.has(next)) continue;
      if (!tree.add(next)) continue;
      empty.add(next);
      pending.push(...subdirectories(root, next));
    }
  }

  function assertBound(): void {
    if (tree.size <= limits.maxDirectories) return;
    throw new OutpostError("limit_exceeded", `"${root}" has more than ${limits.maxDirectories} directories to watch`);
  }

  /** Gone, or a file; a directory brings more than itself. */
  function isFile(path: string): boolean {
    const directory = path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : "";
    if (path === "" || path.startsWith(".git/") || tree.has(path) || !tree.has(directory)) return false;
    const found = findAt(root, path);
    return found === undefined || (found !== null && !found.isDirectory());
  }

  return {
    filesOf({ paths, isOverflowing, isUnknown }) {
      if (isOverflowing || isUnknown || paths.size === 0 || paths.size > limits.maxNamedPaths) return null;
      return [...paths].every(isFile) ? [...paths] : null;
    },
    prepare(changes) {
      const { dev, ino } = statSync(root);
      const isAnother = rootId !== "" && rootId !== `${dev}:${ino}`;
      rootId = `${dev}:${ino}`;
      if (isAnother || changes.isOverflowing || changes.paths.size >= untrustedBurst) tree.renew("");
      tree.add("");
      for (const path of [...changes.renamed].sort()) {
        if (tree.has(path)) tree.renew(path);
        else if (isDirectory(root, path)) watchEmpty(path);
      }
      dropOldest(empty, limits.maxEmptyDirectories / 2);
      assertBound();
    },
    settle(directories) {
      const wanted = new Set(["", ...directories]);
      for (const directory of wanted) empty.delete(directory);
      // What was listed and is there still may be listed again: the rule or the marker that keeps it out may be in it.
      for (const directory of listed) {
        if (wanted.has(directory) || !tree.has(directory) || empty.size >= limits.maxEmptyDirectories) continue;
        if (isDirectory(root, directory)) empty.add(directory);
      }
      listed = wanted;
      tree.keepOnly(new Set([...wanted, ...empty]));
      let added = 0;
      for (const directory of wanted) if (tree.add(directory)) added++;
      assertBound();
      return added > 0;
    },
    close() {
      tree.close();
      git?.close();
    },
  };
}

function watchGit(gitDirectory: string, onChange: (path: string, kind: "rename" | "change") => void): DirectoryWatches {
  const git = createDirectoryWatches(gitDirectory, (_directory, name) => {
    if (name !== null && gitFiles.has(name)) onChange(`.git/${name}`, "change");
  });
  git.add("");
  return git;
}

function isDirectory(root: string, path: string): boolean {
  if (neverEntered.has(basename(path))) return false;
  return findAt(root, path)?.isDirectory() ?? false;
}

/** Undefined where nothing is; null where what held it is no directory any more. */
function findAt(root: string, path: string): Stats | null | undefined {
  try {
    return lstatSync(join(root, path), { throwIfNoEntry: false });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOTDIR") return null;
    throw error;
  }
}

function subdirectories(root: string, directory: string): string[] {
  try {
    return readdirSync(join(root, directory), { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !neverEntered.has(entry.name))
      .map((entry) => `${directory}/${entry.name}`);
  } catch {
    return [];
  }
}

function dropOldest(directories: Set<string>, kept: number): void {
  for (const oldest of [...directories].slice(0, Math.max(0, directories.size - kept))) directories.delete(oldest);
}
