// A run's worktree as a tree of files that can be indexed, found by its root alone: its state lies beside it.
import { realpath } from "node:fs/promises";
import type { GitObjectId, RepositoryId } from "@outpost/protocol";
import type { SourceTree } from "@outpost/retrieval";
import type { GitRunner } from "../git/git-runner.ts";
import { getMirror, mirrorDirectory } from "../mirror/mirror.ts";
import { indexOfWorktree, stateDirectoryOf } from "../worktree/worktree-place.ts";
import { listPlace } from "./checkout-source-tree.ts";
import { readListedFile } from "./listed-file.ts";

export interface WorktreeSourceTreeOptions {
  git: GitRunner;
  dataDirectory: string;
  repositoryId: RepositoryId;
  root: string;
  baseCommit: GitObjectId;
  nowMs?: () => number;
}

export function createWorktreeSourceTree(options: WorktreeSourceTreeOptions): SourceTree {
  const { git, root, baseCommit } = options;
  let realRoot: string | null = null;
  return {
    async list(known, signal) {
      const { gitDir, objectFormat } = await getMirror(
        git,
        mirrorDirectory(options.dataDirectory, options.repositoryId),
      );
      const place = {
        root,
        git: { gitDir, readable: [gitDir, stateDirectoryOf(root)], index: indexOfWorktree(root) },
      };
      const nowMs = options.nowMs ?? Date.now;
      return listPlace({ git, place, format: objectFormat, commit: baseCommit, known, signal, nowMs });
    },
    async read(file) {
      realRoot ??= await realpath(root);
      return readListedFile(realRoot, file);
    },
  };
}
