// What a path of a checkout is now, and what stands in the way to it. Reads only.
// Does not judge: an obstacle is a value. Rejects with `not_found` when the checkout itself is gone.
import { isWritable, type WalkStop, walkDirectories } from "../files/directory-walk.ts";
import { type Entry, readEntry } from "../files/entry.ts";
import { parseFilePath } from "../files/relative-path.ts";

/** Larger files than this are not changed by a change, whose own bound is below it. */
export const MAX_FILE_BYTES = 64_000_000;

export interface Observation {
  entry: Entry;
  /** Where the walk to the parent ended early: the path that stopped it. Then the entry is absent. */
  obstacle: { path: string; stop: WalkStop } | null;
  /** The deepest directory on the way that is there; "" for the root. */
  deepest: string;
  deepestIsWritable: boolean;
}

/** Rejects with `forbidden` for a path that is not allowed, and with the system's error for what is closed to us. */
export async function observe(root: string, path: string): Promise<Observation> {
  const parts = parseFilePath(path);
  const parents = parts.slice(0, -1);
  const walk = await walkDirectories(root, parents);
  try {
    const entry: Entry = walk.stop
      ? { kind: "absent" }
      : await readEntry(walk.directory, parts.at(-1) ?? "", MAX_FILE_BYTES);
    return {
      entry,
      obstacle: walk.stop && { path: parts.slice(0, walk.depth + 1).join("/"), stop: walk.stop },
      deepest: parts.slice(0, walk.depth).join("/"),
      deepestIsWritable: await isWritable(walk.directory),
    };
  } finally {
    await walk.directory.close();
  }
}

/** "a/b/c" → ["a", "a/b"]. */
export function parentsOf(path: string): string[] {
  const parts = path.split("/");
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join("/"));
}

export function directoryOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}
