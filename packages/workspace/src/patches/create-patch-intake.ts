// The PatchIntake: a unified diff from anywhere → a change against a commit of the mirror, as a run would have proposed it.
// Does not know tasks' states or policies. Writes to the mirror only; the source is only read.
import type { PatchIntake } from "@outpost/core";
import { GitObjectId, OutpostError } from "@outpost/protocol";
import { readBlobs } from "../git/blobs.ts";
import { diffTrees } from "../git/change-files.ts";
import { writeCommit } from "../git/fast-import.ts";
import type { GitRunner } from "../git/git-runner.ts";
import { listTree } from "../git/tree-listing.ts";
import { getMirror, mirrorDirectory } from "../mirror/mirror.ts";
import { readCommit } from "../worktree/checkpoint-ref.ts";
import { parseUnifiedDiff } from "./parse-unified-diff.ts";
import { planPatch } from "./plan-patch.ts";

export interface PatchIntakeOptions {
  /** Absolute. */
  dataDirectory: string;
  git: GitRunner;
  nowMs: () => number;
  maxPatchBytes: number;
  maxPatchFileBytes: number;
}

export function createPatchIntake(options: PatchIntakeOptions): PatchIntake {
  const { git, dataDirectory, maxPatchBytes, maxPatchFileBytes } = options;
  return {
    async receive({ repository, taskId, baseCommit, patch }) {
      if (patch.byteLength > maxPatchBytes)
        throw new OutpostError(
          "limit_exceeded",
          `the patch is ${patch.byteLength} bytes, over maxPatchBytes (${maxPatchBytes}); split it`,
        );
      const mirror = await getMirror(git, mirrorDirectory(dataDirectory, repository.id));
      const sections = parseUnifiedDiff(patch);
      const listing = await listTree(mirror, baseCommit);
      const tree = {
        entries: new Map(listing.entries.map((entry) => [entry.path, entry])),
        submodules: listing.submodules,
        async read({ blob, path }: { blob: string; path: string }) {
          const bytes = (await readBlobs(mirror, [blob])).get(blob);
          if (bytes) return bytes;
          throw new OutpostError("not_found", `blob ${blob} of "${path}" is not in the mirror`);
        },
      };
      const { edits, placements } = await planPatch(tree, sections, maxPatchFileBytes);
      const written = await writeCommit(git, {
        gitDir: mirror.gitDir,
        ref: `refs/outpost/${taskId}/patch/0`,
        parent: baseCommit,
        message: "a patch from outside\n",
        atMs: options.nowMs(),
        edits,
      });
      const base = await readCommit(mirror, baseCommit);
      const files = base ? await diffTrees(mirror, base.tree, written.tree) : [];
      if (files.length === 0) throw new OutpostError("invalid_input", "the patch changes nothing");
      const sum = (pick: (file: (typeof files)[number]) => number) => files.reduce((all, file) => all + pick(file), 0);
      return {
        commit: GitObjectId.parse(written.commit),
        placements,
        change: {
          baseCommit,
          tree: GitObjectId.parse(written.tree),
          files,
          addedLines: sum((file) => file.addedLines),
          removedLines: sum((file) => file.removedLines),
        },
      };
    },
  };
}
