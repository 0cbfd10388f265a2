// One watch a directory, none below: `node_modules` and what git ignores cost nothing. Knows nothing of what is indexed.
// A directory that was removed and made again is another one, so whoever hears of it calls `renew`.
import { type FSWatcher, watch } from "node:fs";
import { join } from "node:path";

export interface DirectoryWatches {
  /** Watches a directory, relative to the root ("" is the root); false when it is watched already or is not there. Throws when no more can be watched. */
  add(directory: string): boolean;
  has(directory: string): boolean;
  /** Ends all watches but these; returns how many went. */
  keepOnly(directories: ReadonlySet<string>): number;
  /** Ends the watches of a directory and of all below it, and begins them again where they are still there. */
  renew(directory: string): void;
  readonly size: number;
  close(): void;
}

/** `onEvent` is told the directory and the name in it; null where the system did not say. `kind` is "rename" for what came or went. */
export function createDirectoryWatches(
  root: string,
  onEvent: (directory: string, name: string | null, kind: "rename" | "change") => void,
): DirectoryWatches {
  const watches = new Map<string, FSWatcher>();

  function add(directory: string): boolean {
    if (watches.has(directory)) return false;
    const watcher = open(directory);
    if (watcher === null) return false;
    watches.set(directory, watcher);
    return true;
  }

  function open(directory: string): FSWatcher | null {
    try {
      const watcher = watch(join(root, directory), { persistent: false }, (kind, name) =>
        onEvent(directory, name, kind),
      );
      watcher.on("error", () => onEvent(directory, null, "rename"));
      return watcher;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "ENOENT" || code === "ENOTDIR" || code === "EACCES") return null;
      throw error;
    }
  }

  function end(directory: string): void {
    watches.get(directory)?.close();
    watches.delete(directory);
  }

  return {
    add,
    has: (directory) => watches.has(directory),
    keepOnly(directories) {
      const gone = [...watches.keys()].filter((directory) => !directories.has(directory));
      for (const directory of gone) end(directory);
      return gone.length;
    },
    renew(directory) {
      const below = directory === "" ? "" : `${directory}/`;
      const affected = [...watches.keys()].filter((path) => path === directory || path.startsWith(below));
      for (const path of affected) end(path);
      for (const path of affected) add(path);
    },
    get size() {
      return watches.size;
    },
    close() {
      for (const directory of [...watches.keys()]) end(directory);
    },
  };
}
