// A Worktree for tests: a real git repository in a temporary folder, with the ports on plain files and plain git.
// Knows nothing of mirrors and of hardening; `checkpoint` keeps its commits under refs of the repository itself.
import type { Worktree } from "@outpost/core";
import { GitObjectId } from "@outpost/protocol";
import { runGit } from "./temp-git.ts";
import { createTempRepository, type TempFiles } from "./temp-repository.ts";
import { createTempWorktreeFiles } from "./temp-worktree-files.ts";
import { createTempWorktreeGit, readChange, writeTree } from "./temp-worktree-git.ts";

/** `close` removes the folder. */
export async function createTempWorktree(files: TempFiles): Promise<Worktree> {
  const repository = await createTempRepository(files);
  const root = repository.path;
  const baseCommit = GitObjectId.parse(repository.commits[0]);
  // Asked when first needed: most tests never do.
  let lastTree: GitObjectId | null = null;
  let lastCommit = baseCommit;
  return {
    root,
    baseCommit,
    files: createTempWorktreeFiles(root),
    git: createTempWorktreeGit(root, baseCommit),
    async checkpoint(number) {
      const tree = await writeTree(root);
      lastTree ??= await treeOf(root, baseCommit);
      if (tree === lastTree) return null;
      const changed = await runGit(root, ["diff", "--name-only", "-z", lastTree, tree]);
      const made = await runGit(root, ["commit-tree", tree, "-p", lastCommit, "-m", `checkpoint ${number}`]);
      const commit = GitObjectId.parse(made.trim());
      await runGit(root, ["update-ref", `refs/outpost/test/${number}`, commit]);
      lastTree = tree;
      lastCommit = commit;
      return { commit, files: changed.split("\0").filter(Boolean) };
    },
    isChanged: async () => (await writeTree(root)) !== (await treeOf(root, baseCommit)),
    diffToBase: () => readChange(root, baseCommit),
    close: () => repository.remove(),
  };
}

async function treeOf(root: string, commit: GitObjectId): Promise<GitObjectId> {
  return GitObjectId.parse((await runGit(root, ["rev-parse", `${commit}^{tree}`])).trim());
}
