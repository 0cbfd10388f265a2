// Worktrees that nobody closed, because their worker was killed. What was recorded of them is in the mirror; the directories are worth nothing.
// Does not know which workers live: its caller does.
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { removeTree } from "./tree-removal.ts";

/** Returns of how many tasks there were any. */
export async function removeAllWorktrees(dataDirectory: string): Promise<number> {
  const worktrees = join(dataDirectory, "worktrees");
  const tasks = await readdir(worktrees).catch(() => []);
  for (const task of tasks) await removeTree(join(worktrees, task));
  return tasks.length;
}
