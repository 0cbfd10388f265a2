// Directories of a source that worktrees may share: real, direct children of its root, mounted read-only.
import { lstat, realpath } from "node:fs/promises";
import { join } from "node:path";
import { OutpostError } from "@outpost/protocol";

/** Rejects with `invalid_input` for a name that is no real directory right below `root`, and for git's own. */
export async function findSharedDirectories(
  root: string,
  names: readonly string[],
): Promise<{ source: string; name: string }[]> {
  return Promise.all(
    names.map(async (name) => {
      const source = join(root, name);
      const isPlain = name !== "." && name !== ".." && name.toLowerCase() !== ".git" && !/[/\0]/.test(name);
      const found = isPlain ? await lstat(source).catch(() => null) : null;
      if (!found?.isDirectory() || (await realpath(source)) !== source) {
        throw new OutpostError(
          "invalid_input",
          `shared directory "${name}" is no directory right below "${root}"; make it, or take it out of sharedDirectories`,
        );
      }
      return { source, name };
    }),
  );
}
