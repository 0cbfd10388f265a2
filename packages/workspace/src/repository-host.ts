// The RepositoryHost: finds mirrors and sources by repository, and hands each operation to the file that does it.
// Does not know policies or tasks. Of one repository, imports and snapshots take turns.
import { lstat, mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { applyChange, findApplied, forgetUndo, recoverJournals, renderPatch, revertChange } from "@outpost/checkout";
import type { EnvironmentMounts, ProcessRunner, RepositoryHost, Worktree } from "@outpost/core";
import {
  type Environment,
  type GitObjectId,
  OutpostError,
  type Repository,
  type RepositoryId,
} from "@outpost/protocol";
import type { StatCache } from "@outpost/retrieval";
import { rebaseChange } from "./change/rebase-change.ts";
import { selectFromChange } from "./change/select-from-change.ts";
import { prepareSetup } from "./environment/prepare-setup.ts";
import { findSharedDirectories } from "./environment/shared-directories.ts";
import { loadBlobs, readBlobs } from "./git/blobs.ts";
import { readCommittedFile } from "./git/committed-file.ts";
import type { GitRunner } from "./git/git-runner.ts";
import { rememberFiles } from "./git/remembered-files.ts";
import { createTurns, type Turns } from "./git/turns.ts";
import { importSource } from "./mirror/import-source.ts";
import { findMirror, getMirror, lockRecordsDirectory, mirrorDirectory, repositoryDirectory } from "./mirror/mirror.ts";
import { snapshotSource } from "./mirror/snapshot-source.ts";
import { locateSource } from "./mirror/source-location.ts";
import { recoverSourceLocks } from "./targets/source-locks.ts";
import { collectCheckpoints, findReachable } from "./worktree/collect-checkpoints.ts";
import { forgetRefs, removeWorktreesOf } from "./worktree/forget-tasks.ts";
import { removeAllWorktrees } from "./worktree/left-behind.ts";
import { openWorktree } from "./worktree/open-worktree.ts";
import { removeTree } from "./worktree/tree-removal.ts";
import { findWorktrees } from "./worktree/worktree-place.ts";

export interface RepositoryHostOptions {
  /** Absolute. */
  dataDirectory: string;
  git: GitRunner;
  /** For set-up commands. */
  runner: ProcessRunner;
  nowMs: () => number;
  /** Where commands find the worktree. Default `/work`. */
  worktreeInside?: string;
  /** Whether set-up commands have the network. Default false. */
  setupNetwork?: boolean;
  /** Hosts that set-up commands may reach through the proxy. */
  setupHosts?: readonly string[];
}

export function createRepositoryHost(options: RepositoryHostOptions): RepositoryHost {
  const { dataDirectory, git, nowMs } = options;
  const turnsOf = createPerRepository<Turns>(createTurns);
  const knownOf = createPerRepository<StatCache>(() => new Map());
  const mirrorOf = (id: RepositoryId) => getMirror(git, mirrorDirectory(dataDirectory, id));

  const importNow = async (repository: Repository, signal?: AbortSignal) => {
    const location = await locateSource(repository.source);
    const mirrorDir = mirrorDirectory(dataDirectory, repository.id);
    return importSource({ git, mirrorDir, location, known: knownOf(repository.id), nowMs, signal });
  };

  const snapshotNow = (repository: Repository): Promise<GitObjectId> =>
    turnsOf(repository.id)(async () => {
      const { headCommit } = await importNow(repository);
      const location = await locateSource(repository.source);
      const mirror = await mirrorOf(repository.id);
      return snapshotSource({ git, mirror, location, headCommit, known: knownOf(repository.id), nowMs });
    });

  return {
    import: (repository, signal) => turnsOf(repository.id)(() => importNow(repository, signal)),

    snapshot: snapshotNow,

    selectFromChange: async (repository, change, selection) =>
      selectFromChange(await mirrorOf(repository.id), change, selection, nowMs),

    async rebaseChange(repository, change) {
      // What goes to the checkout must fit what lies there, committed or not.
      const { headCommit } = await turnsOf(repository.id)(() => importNow(repository));
      const isForCheckout = change.applyTarget === "checkout" || headCommit === null;
      const base = isForCheckout ? await snapshotNow(repository) : headCommit;
      return rebaseChange(await mirrorOf(repository.id), change, base, nowMs);
    },

    async openWorktree(request) {
      return openWorktree({ mirror: await mirrorOf(request.repository.id), dataDirectory, nowMs }, request);
    },

    readFile: rememberFiles(async (id, commit, path, maxBytes) =>
      readCommittedFile(await mirrorOf(id), commit, path, maxBytes),
    ),

    async findCommits(repository, commits) {
      return findReachable(await mirrorOf(repository.id), commits);
    },

    collectCheckpoints: async (repository, taskId, keepPerRun = 1) =>
      collectCheckpoints(await mirrorOf(repository.id), taskId, keepPerRun),

    async forgetTasks(repositoryId, taskIds) {
      await removeWorktreesOf(dataDirectory, taskIds);
      await forgetUndo({ ...undoPlaces(repositoryId), taskIds });
      const mirror = await findMirror(git, mirrorDirectory(dataDirectory, repositoryId));
      if (mirror !== null) await forgetRefs(mirror, taskIds);
    },

    async readBlob(repository, blob) {
      const bytes = (await readBlobs(await mirrorOf(repository.id), [blob])).get(blob);
      if (bytes === undefined) throw new OutpostError("not_found", `blob ${blob} is not in the mirror`);
      return bytes;
    },

    renderPatch: async (repository, change) =>
      renderPatch(change, await loadBlobs(await mirrorOf(repository.id), change)),

    async apply(repository, change) {
      const readBlob = await loadBlobs(await mirrorOf(repository.id), change);
      return applyChange({ checkoutRoot: pathOf(repository), change, readBlob, ...undoPlaces(repository.id), nowMs });
    },

    findApplied: (repository, change) =>
      findApplied({ checkoutRoot: pathOf(repository), change, ...undoPlaces(repository.id) }),

    revert: (repository, files, undo, threeWay = false) =>
      revertChange({ checkoutRoot: pathOf(repository), files, undo, threeWay, ...undoPlaces(repository.id), nowMs }),

    async recover() {
      const lines: string[] = [];
      for (const name of await readdir(join(dataDirectory, "repositories")).catch(() => [])) {
        const id = name as RepositoryId;
        lines.push(...(await recoverSourceLocks(lockRecordsDirectory(dataDirectory, id))));
        lines.push(...(await recoverJournals(undoPlaces(id))));
      }
      return lines;
    },

    removeAllWorktrees: () => removeAllWorktrees(dataDirectory),

    async remove(id) {
      for (const directory of await findWorktrees(dataDirectory, id)) await removeTree(directory);
      await removeTree(join(dataDirectory, "environments", id));
      await removeTree(repositoryDirectory(dataDirectory, id));
      turnsOf.forget(id);
      knownOf.forget(id);
    },

    prepareEnvironment: (repository, environment, worktree, signal) =>
      prepareEnvironment(repository, environment, worktree, signal),
  };

  function undoPlaces(id: RepositoryId): { undoDirectory: string; journalDirectory: string } {
    const directory = repositoryDirectory(dataDirectory, id);
    return { undoDirectory: join(directory, "undo"), journalDirectory: join(directory, "journals") };
  }

  async function prepareEnvironment(
    repository: Repository,
    environment: Environment,
    worktree: Worktree,
    signal: AbortSignal,
  ): Promise<EnvironmentMounts> {
    const shared =
      environment.sharedDirectories.length === 0
        ? []
        : await findSharedDirectories((await locateSource(repository.source)).root, environment.sharedDirectories);
    const outputs = await prepareSetup({
      runner: options.runner,
      mirror: await mirrorOf(repository.id),
      directory: join(dataDirectory, "environments", repository.id),
      environment,
      worktree,
      insidePath: options.worktreeInside ?? "/work",
      allowNetwork: options.setupNetwork ?? false,
      hosts: options.setupHosts ?? [],
      signal,
    });
    const names = new Set(outputs.map(({ name }) => name));
    const directories = [...outputs, ...shared.filter(({ name }) => !names.has(name))];
    // What is mounted below a writable mount needs a directory there already.
    for (const { name } of directories) await makeMountPoint(worktree.root, name);
    return { directories };
  }
}

async function makeMountPoint(root: string, name: string): Promise<void> {
  const found = await lstat(join(root, name)).catch(() => null);
  if (found === null) await mkdir(join(root, name));
  else if (!found.isDirectory()) {
    throw new OutpostError(
      "conflict",
      `"${name}" of the environment cannot be mounted: the worktree holds something else of that name; remove it`,
    );
  }
}

function pathOf(repository: Repository): string {
  if (repository.source.type === "path") return repository.source.path;
  throw new OutpostError(
    "invalid_input",
    `a source of type "${repository.source.type}" has no checkout on the server; take the change as a patch`,
  );
}

function createPerRepository<T>(create: () => T): { (id: RepositoryId): T; forget(id: RepositoryId): void } {
  const all = new Map<RepositoryId, T>();
  const get = (id: RepositoryId): T => {
    const found = all.get(id) ?? create();
    all.set(id, found);
    return found;
  };
  return Object.assign(get, { forget: (id: RepositoryId) => void all.delete(id) });
}
