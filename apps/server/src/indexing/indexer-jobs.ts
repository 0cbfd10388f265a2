// The indexer's work, by request. Several may run at once; orphans are collected only when none does. Knows its parts by their ports and
// nothing of processes.
import { lstat, readFile, realpath } from "node:fs/promises";
import { dirname, join } from "node:path";
import {
  type ChangedPath,
  collectOrphans,
  indexChangedPaths,
  indexPaths,
  indexRepository,
  repairIndex,
  type Verification,
  verifyIndex,
} from "@outpost/indexer";
import { OutpostError } from "@outpost/protocol";
import type { IndexerParts } from "./compose-indexer.ts";
import {
  checkoutView,
  type IndexReport,
  IndexRequest,
  type PathsReport,
  PathsRequest,
  type ProgressNotice,
  RemoveViewsRequest,
  RunViewRequest,
  runView,
  type VerifyReport,
  VerifyRequest,
} from "./messages.ts";
import { reportOf } from "./vector-jobs.ts";

export interface IndexerJobs {
  index(request: unknown, signal: AbortSignal): Promise<IndexReport>;
  indexPaths(request: unknown, signal: AbortSignal): Promise<PathsReport>;
  updateRunView(request: unknown, signal: AbortSignal): Promise<void>;
  verify(request: unknown, signal: AbortSignal): Promise<VerifyReport>;
  removeViews(request: unknown): Promise<void>;
}

export function createIndexerJobs(parts: IndexerParts, notifyProgress: (notice: ProgressNotice) => void): IndexerJobs {
  const { ports } = parts;
  let running = 0;
  let hasOrphans = false;
  /** What a change of a few files left is collected with the next whole index: looking for it costs more than the change. */
  let hasOldOrphans = false;
  /** The version of each base, as it was last indexed; a run's view was laid over one of them. */
  const baseVersions = new Map<string, number>();
  const runBases = new Map<string, number>();
  const basesUnderWay = new Set<string>();
  /** One change of a view at a time, in the order of the requests. */
  const turns = new Map<string, Promise<unknown>>();

  async function inTurn<Value>(viewId: string, work: () => Promise<Value>): Promise<Value> {
    running++;
    const turn = (turns.get(viewId) ?? Promise.resolve()).catch(() => {}).then(work);
    turns.set(viewId, turn);
    try {
      return await turn;
    } finally {
      if (turns.get(viewId) === turn) turns.delete(viewId);
      running--;
      if (running === 0 && hasOrphans) await collect();
    }
  }

  async function collect(): Promise<void> {
    hasOrphans = false;
    await collectOrphans(ports.catalog, () => {
      if (running > 0) hasOrphans = true;
      return running === 0;
    });
  }

  /** The whole worktree, as a delta: what differs from the base is all that is read. */
  async function layRunView(request: RunViewRequest, viewId: string, signal: AbortSignal): Promise<void> {
    const base = checkoutView(request.repositoryId);
    const version = versionOf(base);
    // Rejects now rather than after the work when there is no base.
    await changePaths({ ...request, paths: [] }, viewId, signal);
    await indexRepository({ tree: parts.worktree(request), ports, viewId, base, signal });
    runBases.set(viewId, version);
  }

  async function changePaths(request: RunViewRequest, viewId: string, signal: AbortSignal): Promise<void> {
    const { root, baseCommit: commit, repositoryId } = request;
    const changes = await Promise.all([...new Set(request.paths)].map((path) => readChangedPath(root, path)));
    await indexChangedPaths({ ports, viewId, base: checkoutView(repositoryId), changes, commit, signal });
  }

  const versionOf = (base: string) => baseVersions.get(base) ?? 0;
  const vectorReport = async () => (parts.inStep && parts.vectors !== null ? reportOf(parts.vectors) : null);

  return {
    async index(given, signal) {
      const { repository, force } = IndexRequest.parse(given);
      const viewId = checkoutView(repository.id);
      return inTurn(viewId, async () => {
        const tree = parts.checkout(repository);
        basesUnderWay.add(viewId);
        const onProgress = (progress: ProgressNotice["progress"]) =>
          notifyProgress({ repositoryId: repository.id, progress });
        const pass = indexRepository({ tree, ports, viewId, force, onProgress, signal });
        const { value, problems } = await pass.finally(() => basesUnderWay.delete(viewId));
        const { files, chunks, indexedAtMs, commit, version } = value.view;
        hasOrphans ||= hasOldOrphans || version !== versionOf(viewId);
        hasOldOrphans = false;
        baseVersions.set(viewId, version);
        const { stored, durationMs, skipped, languages, directories } = value;
        const view = { files, chunks, indexedAtMs, commit, version };
        const vectors = await vectorReport();
        return { ...view, stored, durationMs, skipped, languages, directories, problems, vectors };
      });
    },
    async indexPaths(given, signal) {
      const { repository, paths, commit } = PathsRequest.parse(given);
      const viewId = checkoutView(repository.id);
      return inTurn(viewId, async () => {
        const outcome = await indexPaths({ tree: parts.checkout(repository), ports, viewId, paths, commit, signal });
        if (outcome === null) return null;
        const vectors = await vectorReport();
        if (outcome.view === null) return { view: null, problems: [], vectors };
        const { files, chunks, indexedAtMs, version } = outcome.view;
        hasOldOrphans = true;
        baseVersions.set(viewId, version);
        return { view: { files, chunks, indexedAtMs, version }, problems: outcome.problems, vectors };
      });
    },
    async updateRunView(given, signal) {
      const request = RunViewRequest.parse(given);
      const viewId = runView(request.runId);
      const base = checkoutView(request.repositoryId);
      await inTurn(viewId, async () => {
        const isLaid = runBases.get(viewId) === versionOf(base);
        // A base that is being filled would have its files indexed twice; the view is laid when it is done.
        if (isLaid || (basesUnderWay.has(base) && versionOf(base) === 0)) return changePaths(request, viewId, signal);
        return layRunView(request, viewId, signal);
      });
    },
    async verify(given, signal) {
      const { repository, repair } = VerifyRequest.parse(given);
      const viewId = checkoutView(repository.id);
      return inTurn(viewId, async () => {
        const startedMs = performance.now();
        const look = () =>
          verifyIndex({ tree: parts.checkout(repository), ports, reader: parts.reader, viewId, signal });
        const found = await look();
        let left: number | null = null;
        if (repair) {
          const tree = parts.checkout(repository);
          if (found.faults.length > 0) await repairIndex({ tree, ports, viewId, faults: found.faults, signal });
          left = found.faults.length > 0 ? (await look()).faults.length : 0;
          hasOrphans = true;
        }
        return { ...describeFound(found), left, tookMs: Math.round(performance.now() - startedMs) };
      });
    },
    async removeViews(given) {
      const { viewIds } = RemoveViewsRequest.parse(given);
      for (const viewId of viewIds) {
        await inTurn(viewId, () => ports.catalog.removeView(viewId));
        runBases.delete(viewId);
        hasOrphans = true;
      }
      if (running === 0) await collect();
    },
  };
}

const maxFaults = 200;

function describeFound({ files, chunks, faults }: Verification): Omit<VerifyReport, "left" | "tookMs"> {
  const counts = { missing: 0, outdated: 0, extra: 0, damaged: 0 };
  for (const { fault } of faults) counts[fault]++;
  const shown = faults.slice(0, maxFaults).map(({ path, fault, detail }) => ({ path, fault, detail }));
  return { files, chunks, counts, faults: shown };
}

/** What is no plain file below the root (a symlink on the way, a directory) is as good as gone. */
async function readChangedPath(root: string, path: string): Promise<ChangedPath> {
  if (path.startsWith("/") || path.split("/").includes("..")) {
    throw new OutpostError("forbidden", `path "${path}" leaves the worktree`);
  }
  const absolute = join(root, path);
  try {
    const [folder, expected, stat] = await Promise.all([realpath(dirname(absolute)), realpath(root), lstat(absolute)]);
    const isInside = folder === dirname(join(expected, path));
    return { path, content: isInside && stat.isFile() ? new Uint8Array(await readFile(absolute)) : null };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR" || code === "EACCES") return { path, content: null };
    throw error;
  }
}
