export { createWorktreeFiles } from "./files/worktree-files.ts";
export { createGitRunner, type GitRunner, type GitRunnerOptions } from "./git/git-runner.ts";
export { locateSource, type SourceLocation } from "./mirror/source-location.ts";
export { createPatchIntake, type PatchIntakeOptions } from "./patches/create-patch-intake.ts";
export { createRepositoryHost, type RepositoryHostOptions } from "./repository-host.ts";
export {
  type CheckoutSourceTreeOptions,
  createCheckoutSourceTree,
} from "./source-tree/checkout-source-tree.ts";
export { type CommitSourceTreeOptions, createCommitSourceTree } from "./source-tree/commit-source-tree.ts";
export { createWorktreeSourceTree, type WorktreeSourceTreeOptions } from "./source-tree/worktree-source-tree.ts";
export { fitsBranch } from "./targets/branch-names.ts";
export { type ChangeTargetsOptions, createChangeTargets } from "./targets/create-change-targets.ts";
