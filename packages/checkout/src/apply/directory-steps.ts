// Which directories a set of file steps needs made and may leave empty; and what in a directory stands in the way of its going.
// Reads only. Bounded: a directory with more entries than a change may touch is in the way by itself.
import { opendir } from "node:fs/promises";
import { limits } from "@outpost/protocol";
import { pathOfOpen, walkDirectories } from "../files/directory-walk.ts";
import { type Observation, parentsOf } from "./observation.ts";
import type { DirectoryStep, FileStep } from "./transition.ts";

async function permissionsOf(root: string, path: string): Promise<number | null> {
  const walk = await walkDirectories(root, path.split("/"));
  try {
    return walk.stop ? null : (await walk.directory.stat()).mode & 0o777;
  } finally {
    await walk.directory.close();
  }
}

export async function findDirectorySteps(
  root: string,
  files: readonly FileStep[],
  observations: ReadonlyMap<string, Observation>,
): Promise<{ made: DirectoryStep[]; removable: DirectoryStep[] }> {
  const needed = new Set(files.filter(({ after }) => after !== null).flatMap(({ path }) => parentsOf(path)));
  const emptied = new Set(files.filter(({ after }) => after === null).flatMap(({ path }) => parentsOf(path)));
  const made = new Set<string>();
  for (const { path, after } of files) {
    const deepest = observations.get(path)?.deepest ?? "";
    for (const parent of after ? parentsOf(path) : []) if (parent.length > deepest.length) made.add(parent);
  }
  const removable = [...emptied].filter((path) => !needed.has(path)).sort();
  return {
    made: [...made].sort().map((path) => ({ path, permissions: null })),
    removable: await Promise.all(
      removable.map(async (path) => ({ path, permissions: await permissionsOf(root, path) })),
    ),
  };
}

/** The first thing below the directory that is neither in `emptied` nor a directory on the way to one; null when there is none. */
export async function findForeignFile(
  root: string,
  path: string,
  emptied: ReadonlySet<string>,
): Promise<string | null> {
  const ways = new Set([...emptied].flatMap(parentsOf));
  const pending = [path];
  let seen = 0;
  for (let current = pending.pop(); current !== undefined; current = pending.pop()) {
    const walk = await walkDirectories(root, current.split("/"));
    try {
      if (walk.stop) continue;
      for await (const entry of await opendir(pathOfOpen(walk.directory))) {
        const child = `${current}/${entry.name}`;
        if (emptied.has(child)) continue;
        if (!entry.isDirectory() || !ways.has(child) || ++seen > limits.changeFiles) return child;
        pending.push(child);
      }
    } finally {
      await walk.directory.close();
    }
  }
  return null;
}
