// What the mirror and the data directory hold of tasks that are not there any more: refs of checkpoints, of worktrees and of commits that were
// handed out, and what is left of worktrees. The user's own repository is not touched: commits that were accepted are there.
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { TaskId } from "@outpost/protocol";
import type { Mirror } from "../mirror/mirror.ts";
import { pruneMirror } from "./collect-checkpoints.ts";
import { removeTree } from "./tree-removal.ts";

const families = ["refs/outpost", "refs/outpost/commits", "refs/outpost-worktrees"];

/** Resolves to how many refs went. What only they held is pruned once it is two weeks old. */
export async function forgetRefs(mirror: Mirror, taskIds: readonly TaskId[]): Promise<number> {
  const patterns = taskIds.flatMap((taskId) => families.map((family) => `${family}/${taskId}/`));
  const { text } = await mirror.run({ args: ["for-each-ref", "--format=%(objectname) %(refname)", ...patterns] });
  const going = text
    .split("\n")
    .flatMap((line) => /^([0-9a-f]{40,64}) (refs\/\S+)$/u.exec(line)?.slice(1, 3).join(" ") ?? []);
  if (going.length === 0) return 0;
  await mirror.run({
    args: ["update-ref", "--no-deref", "--stdin"],
    // Each only while it names what was listed.
    stdin: going
      .map((line) => line.split(" "))
      .map(([commit, ref]) => `delete ${ref} ${commit}\n`)
      .join(""),
    writable: [mirror.gitDir],
  });
  await pruneMirror(mirror, going.length);
  return going.length;
}

export async function removeWorktreesOf(dataDirectory: string, taskIds: readonly TaskId[]): Promise<void> {
  const worktrees = join(dataDirectory, "worktrees");
  const left = new Set(await readdir(worktrees).catch(() => []));
  for (const taskId of taskIds) if (left.has(taskId)) await removeTree(join(worktrees, taskId));
}
