// The files of a folder that is no git repository: all but what tools make and keep beside the sources.
// Knows names and markers of such directories, no ignore files. Symlinks are listed, never followed.
import { type Dirent, lstatSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { listRealDirectory } from "@outpost/checkout";
import { OutpostError } from "@outpost/protocol";
import { sortPaths } from "./path-order.ts";

const skippedNames = new Set([
  ".DS_Store",
  ".bzr",
  ".cache",
  ".eggs",
  ".git",
  ".gradle",
  ".hg",
  ".mypy_cache",
  ".next",
  ".nox",
  ".nuxt",
  ".parcel-cache",
  ".pnpm-store",
  ".pytest_cache",
  ".ruff_cache",
  ".svn",
  ".terraform",
  ".tox",
  ".turbo",
  ".venv",
  "__pycache__",
  "bower_components",
  "build",
  "coverage",
  "dist",
  "node_modules",
  "target",
]);

/** Files that mark a whole directory as made by a tool: a virtual environment, a cache, a nested repository. */
const markers = ["pyvenv.cfg", "CACHEDIR.TAG", ".git"];

const MAX_FILES = 500_000;

export interface FolderNames {
  /** Relative paths of what is no directory, sorted by bytes. */
  paths: string[];
  unreadable: { path: string; detail: string }[];
}

/** Rejects with `limit_exceeded` for more than 500,000 files. */
export async function walkFolder(folder: string, signal?: AbortSignal): Promise<FolderNames> {
  const root = realpathSync(folder);
  const found: FolderNames = { paths: [], unreadable: [] };
  const pending = [""];
  for (let visited = 0; pending.length > 0; visited++) {
    if (visited % 200 === 199) {
      await setImmediate();
      signal?.throwIfAborted();
    }
    visitDirectory(root, pending.pop() ?? "", found, pending);
    if (found.paths.length > MAX_FILES) {
      throw new OutpostError(
        "limit_exceeded",
        `folder "${root}" holds more than ${MAX_FILES} files; register a smaller one, or make it a git repository that ignores some`,
      );
    }
  }
  sortPaths(found.paths, (path) => path);
  return found;
}

/** Whether a change at this path may change what the walk finds elsewhere. */
export function isMarker(path: string): boolean {
  return markers.includes(path.slice(path.lastIndexOf("/") + 1));
}

/** Whether the walk comes to what is at this path, if anything is. `realRoot`: without symlinks. Throws the system's error. */
export function isWalked(realRoot: string, path: string): boolean {
  if (path.split("/").some((name) => skippedNames.has(name))) return false;
  for (let end = path.lastIndexOf("/"); end > 0; end = path.lastIndexOf("/", end - 1)) {
    const directory = join(realRoot, path.slice(0, end));
    if (markers.some((marker) => lstatSync(join(directory, marker), { throwIfNoEntry: false }) !== undefined))
      return false;
  }
  return true;
}

function visitDirectory(root: string, directory: string, found: FolderNames, pending: string[]): void {
  let entries: Dirent[];
  try {
    entries = listRealDirectory(root, directory) ?? [];
  } catch (error) {
    found.unreadable.push({ path: directory, detail: String(error) });
    return;
  }
  const names = new Set(entries.map((entry) => entry.name));
  if (directory !== "" && markers.some((marker) => names.has(marker))) return;
  for (const entry of entries) {
    const path = directory === "" ? entry.name : `${directory}/${entry.name}`;
    // Node decodes names with replacement characters; such a name can neither be opened nor told apart.
    if (entry.name.includes("\ufffd") && lstatSync(join(root, path), { throwIfNoEntry: false }) === undefined) {
      found.unreadable.push({ path, detail: "the name is not UTF-8" });
    } else if (!skippedNames.has(entry.name)) {
      if (isDirectory(entry, join(root, path))) pending.push(path);
      else found.paths.push(path);
    }
  }
}

/** Some file systems do not say what an entry is. */
function isDirectory(entry: Dirent, path: string): boolean {
  if (entry.isDirectory()) return true;
  if (entry.isFile() || entry.isSymbolicLink()) return false;
  return lstatSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
