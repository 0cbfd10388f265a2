// What a path of a tree holds, reached by the walk. The one reader behind listings, imports, checkpoints and apply.
import { walkDirectories } from "./directory-walk.ts";
import { type Entry, readEntry } from "./entry.ts";

/** `absent` also where a symlink or a file stands on the way. Rejects with the system's error for what is closed to us. */
export async function readPlace(root: string, path: string, maxBytes: number): Promise<Entry> {
  const parts = path.split("/");
  const name = parts.pop() ?? "";
  const walk = await walkDirectories(root, parts);
  try {
    return walk.stop === null ? await readEntry(walk.directory, name, maxBytes) : { kind: "absent" };
  } finally {
    await walk.directory.close();
  }
}
