// Where a run's worktree is, and the state that git needs for it: index and description lie beside the worktree, never in it,
// so that a command in the sandbox finds no git directory at all.
import { readdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import type { RepositoryId, RunId, TaskId } from "@outpost/protocol";

export interface WorktreePlace {
  root: string;
  stateDirectory: string;
  index: string;
  /** A ref only this worktree moves; it names the last recorded state. */
  privateRef: string;
  /** What checkpoints of the run are named after, without the number. */
  checkpointPrefix: string;
}

const STATE_SUFFIX = ".git-state";
const DESCRIPTION = "worktree.json";

export function worktreePlace(dataDirectory: string, taskId: TaskId, runId: RunId, fence: number): WorktreePlace {
  const root = join(dataDirectory, "worktrees", taskId, `${runId}-${fence}`);
  return {
    root,
    stateDirectory: stateDirectoryOf(root),
    index: indexOfWorktree(root),
    privateRef: `refs/outpost-worktrees/${taskId}/${runId}/${fence}`,
    checkpointPrefix: `refs/outpost/${taskId}/${runId}/`,
  };
}

export function stateDirectoryOf(root: string): string {
  return `${root}${STATE_SUFFIX}`;
}

/** The index of a worktree by its root. */
export function indexOfWorktree(root: string): string {
  return join(stateDirectoryOf(root), "index");
}

export function descriptionPath(place: WorktreePlace): string {
  return join(place.stateDirectory, DESCRIPTION);
}

/** What the description file says. */
export function describeWorktree(repositoryId: RepositoryId): string {
  return `${JSON.stringify({ repositoryId })}\n`;
}

/** Root and state directories of every worktree of a repository, whoever made them. */
export async function findWorktrees(dataDirectory: string, repositoryId: RepositoryId): Promise<string[]> {
  const found: string[] = [];
  const worktrees = join(dataDirectory, "worktrees");
  for (const task of await readdir(worktrees).catch(() => [])) {
    for (const name of await readdir(join(worktrees, task)).catch(() => [])) {
      if (!name.endsWith(STATE_SUFFIX)) continue;
      const stateDirectory = join(worktrees, task, name);
      const text = await readFile(join(stateDirectory, DESCRIPTION), "utf8").catch(() => "");
      if (text !== describeWorktree(repositoryId)) continue;
      found.push(join(worktrees, task, basename(name, STATE_SUFFIX)), stateDirectory);
    }
  }
  return found;
}
