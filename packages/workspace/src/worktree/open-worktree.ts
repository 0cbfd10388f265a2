// Makes a worktree for a run: the files of a commit with their raw bytes, and no git directory that a command could find.
// Does not know tasks or policies. Invariant: what is on disk after opening is the commit's tree, byte for byte.
import { existsSync } from "node:fs";
import { mkdir, rmdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import type { FileRules, OpenWorktree, Worktree } from "@outpost/core";
import { GitObjectId, OutpostError, type TaskId } from "@outpost/protocol";
import { createWorktreeFiles } from "../files/worktree-files.ts";
import { diffTrees } from "../git/change-files.ts";
import { decodeName } from "../git/fields.ts";
import { parseTaggedListing } from "../git/tagged-listing.ts";
import { createTurns } from "../git/turns.ts";
import type { Mirror } from "../mirror/mirror.ts";
import { fenceTrailer, moveCheckpoint, readCommit } from "./checkpoint-ref.ts";
import { collectCheckpoints } from "./collect-checkpoints.ts";
import { createIsDenied, createWhyNotRecorded, takeOutDenied } from "./denied-files.ts";
import { createRecorder, type Recorder } from "./recorder.ts";
import { removeTree } from "./tree-removal.ts";
import { createWorktreeGit, type WorktreeHead } from "./worktree-git.ts";
import { describeWorktree, descriptionPath, type WorktreePlace, worktreePlace } from "./worktree-place.ts";

export interface OpenWorktreeOptions {
  mirror: Mirror;
  dataDirectory: string;
  nowMs: () => number;
}

/** Rejects with `not_found` when base or checkpoint is not in the mirror. Whatever an earlier attempt left at the place is removed. */
export async function openWorktree(options: OpenWorktreeOptions, request: OpenWorktree): Promise<Worktree> {
  const { mirror, nowMs } = options;
  const place = worktreePlace(options.dataDirectory, request.taskId, request.runId, request.fence);
  const base = await getCommit(mirror, request.baseCommit);
  const start = request.checkpoint === undefined ? base : await getCommit(mirror, request.checkpoint);
  const head = await restoreHead(mirror, base, start.head);
  await checkOut(options, request, place, start.commit);
  if (request.fileRules) await takeOutDenied(mirror, place, createIsDenied(request.fileRules));
  const recorder = createRecorder({
    mirror,
    place,
    start: { commit: start.commit, tree: start.tree, head: head.commit, leftOut: [] },
    baseCommit: base.commit,
    whyNotRecorded: createWhyNotRecorded(request.fileRules),
    trailers: [`Outpost-Run: ${request.runId}`, fenceTrailer(request.fence)],
    nowMs,
  });
  return createWorktree({
    taskId: request.taskId,
    mirror,
    place,
    recorder,
    head,
    base,
    startTree: start.tree,
    fence: request.fence,
    fileRules: request.fileRules,
  });
}

async function getCommit(mirror: Mirror, commit: string) {
  const found = await readCommit(mirror, commit);
  if (found !== null) return found;
  throw new OutpostError("not_found", `commit ${commit} is not in the mirror; import the repository again`);
}

async function restoreHead(
  mirror: Mirror,
  base: { commit: string; tree: string },
  recorded: string | null,
): Promise<WorktreeHead> {
  const found = recorded === null || recorded === base.commit ? null : await readCommit(mirror, recorded);
  return { commit: found?.commit ?? base.commit, tree: found?.tree ?? base.tree };
}

async function checkOut(
  options: OpenWorktreeOptions,
  request: OpenWorktree,
  place: WorktreePlace,
  commit: string,
): Promise<void> {
  await Promise.all([removeTree(place.root), removeTree(place.stateDirectory)]);
  await mkdir(place.stateDirectory, { recursive: true });
  await writeFile(descriptionPath(place), describeWorktree(request.repository.id));
  await mkdir(place.root);
  await options.mirror.run({
    args: ["read-tree", "--reset", "-u", commit],
    workTree: place.root,
    index: place.index,
    writable: [place.root, place.stateDirectory],
    timeoutMs: 600_000,
  });
}

/** Refs of one run that are kept; older ones go. */
const MAX_CHECKPOINTS = 64;
const COLLECT_EVERY = 16;

interface WorktreeParts {
  taskId: TaskId;
  mirror: Mirror;
  place: WorktreePlace;
  recorder: Recorder;
  head: WorktreeHead;
  base: { commit: string; tree: string };
  startTree: string;
  fence: number;
  fileRules: FileRules | undefined;
}

function createWorktree(parts: WorktreeParts): Worktree {
  const { mirror, place, recorder, head, base, fileRules } = parts;
  const isDenied = createIsDenied(fileRules);
  const isShown = (path: string): boolean => !isDenied(path);
  const takeTurn = createTurns();
  const record = () => takeTurn(() => recorder.record(head.commit));
  let last = { tree: parts.startTree, head: head.commit };
  const baseCommit = GitObjectId.parse(base.commit);
  return {
    root: place.root,
    baseCommit,
    files: createWorktreeFiles(place.root, async () => (await listPaths(mirror, place)).filter(isShown), fileRules),
    git: createWorktreeGit({ mirror, baseTree: base.tree, head, record, isShown }),

    async checkpoint(number) {
      const state = await record();
      if (state.tree === last.tree && state.head === last.head) return null;
      await moveCheckpoint(mirror, `${place.checkpointPrefix}${number}`, state.commit, parts.fence);
      last = { tree: state.tree, head: state.head };
      if (number % COLLECT_EVERY === 0) await collectCheckpoints(mirror, parts.taskId, MAX_CHECKPOINTS);
      return { commit: GitObjectId.parse(state.commit), files: recorder.takeTouched(), leftOut: state.leftOut };
    },

    async isChanged() {
      return (await record()).tree !== base.tree;
    },

    async diffToBase() {
      const { tree } = await record();
      if (tree === base.tree) return null;
      const files = await diffTrees(mirror, base.tree, tree);
      if (files.length === 0) return null;
      const sum = (pick: (file: (typeof files)[number]) => number) => files.reduce((all, file) => all + pick(file), 0);
      return {
        baseCommit,
        tree: GitObjectId.parse(tree),
        files,
        addedLines: sum((file) => file.addedLines),
        removedLines: sum((file) => file.removedLines),
      };
    },

    async close() {
      await Promise.all([removeTree(place.root), removeTree(place.stateDirectory)]);
      // Refused while another run of the task has its worktree there.
      await rmdir(dirname(place.root)).catch(() => {});
      // The repository may have been removed meanwhile, and its mirror with it.
      if (!existsSync(mirror.gitDir)) return;
      await mirror.run({ args: ["update-ref", "-d", place.privateRef], writable: [mirror.gitDir] });
    },
  };
}

/** What git tracks or would track, without what is gone; sorted as git does, tracked first. */
async function listPaths(mirror: Mirror, place: WorktreePlace): Promise<string[]> {
  const output = await mirror.run({
    args: ["ls-files", "-z", "-t", "--stage", "--cached", "--deleted", "--others", "--exclude-standard"],
    workTree: place.root,
    index: place.index,
    readable: [place.root, place.stateDirectory],
  });
  const paths = new Set<string>();
  const gone = new Set<string>();
  for (const { tag, isSubmodule, name } of parseTaggedListing(output.bytes)) {
    const path = decodeName(name);
    if (path !== null && !isSubmodule && !path.endsWith("/")) (tag === "R" ? gone : paths).add(path);
  }
  return [...paths].filter((path) => !gone.has(path));
}
