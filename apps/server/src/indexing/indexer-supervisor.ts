// The server's side of the indexer: what is to be indexed, how far it is, and that it goes on after the indexer died. Knows what the
// indexer told it since the server started; the catalog knows the rest.
import { setTimeout as sleep } from "node:timers/promises";
import {
  type IndexStatus,
  isOutpostError,
  OutpostError,
  type Repository,
  type RepositoryId,
  type RunId,
  type VectorSnapshot,
} from "@outpost/protocol";
import type { VectorStoreState } from "@outpost/retrieval";
import { createIndexerConnection, type IndexerEntry } from "./indexer-connection.ts";
import {
  checkoutView,
  type IndexerSettings,
  IndexReport,
  PathsReport,
  ProgressNotice,
  type RunViewRequest,
  runView,
  VectorProgress,
  VectorReport,
  VerifyReport,
} from "./messages.ts";

export interface IndexerSupervisorOptions {
  entry: IndexerEntry;
  settings: IndexerSettings;
  /** Default 60 s. */
  idleMs?: number;
  /** Waits before the indexer is started again, the last for all further ones. */
  restartDelaysMs?: readonly number[];
  /** Of what the indexer writes to standard error. */
  redact?(line: string): string;
  onLost?(how: { exitCode: number | null; signal: string | null }): void;
  /** An index ended, well or not. */
  onIndexed?(status: IndexStatus, problems: IndexReport["problems"]): void;
  /** How far the vector engine outside is in step: after an index, and while vectors are sent. */
  onVectors?(report: VectorReport | null): void;
  onVectorProgress?(progress: VectorProgress): void;
}

export interface IndexerSupervisor {
  /**
   * Indexes the repository's checkout; resolves when that is done, or failed (`state`). A call while one is under way has it done once
   * more afterwards, since files may have changed; further calls join that one. A quiet one is not told as `indexing` until it finds
   * something to read. `paths`: nothing else changed since the last index, so that only they are looked at where that is enough; counts of
   * languages and of what is left out stay as they were then.
   */
  index(repository: Repository, options: IndexOptions): Promise<IndexStatus>;
  /** Of the last index that went well, since the server started. */
  lastReport(repositoryId: RepositoryId): IndexReport | undefined;
  /** Since the server started; `absent` for what was not indexed since. */
  status(repositoryId: RepositoryId): IndexStatus;
  /** Compares the index with the checkout, and mends it where that is wanted. Rejects as the indexer does. */
  verify(repository: Repository, repair: boolean): Promise<VerifyReport>;
  /** The run's view then shows what its worktree holds at these paths. Rejects with `conflict` while the repository has no index. */
  updateRunView(request: Omit<RunViewRequest, "paths">, paths: readonly string[], signal?: AbortSignal): Promise<void>;
  removeRunView(runId: RunId): Promise<void>;
  /** Stops what is under way for the repository and removes its views. */
  drop(repositoryId: RepositoryId, runIds: readonly RunId[]): Promise<void>;
  /** The vector engine outside. All reject with `invalid_input` where the configuration names none, else as it answers. */
  vectors: {
    /** Goes on where it stopped, also when the indexer dies on the way. */
    send(): Promise<VectorReport>;
    /** `state` is null where the engine does not answer; the report says why. */
    describe(): Promise<{ report: VectorReport; state: VectorStoreState | null }>;
    snapshot(): Promise<VectorSnapshot>;
    drop(): Promise<VectorReport>;
  };
  counts(): { running: boolean; restarts: number };
  /** Of the indexer; null while there is none. */
  pid(): number | null;
  close(): Promise<void>;
}

type VectorDescription = Awaited<ReturnType<IndexerSupervisor["vectors"]["describe"]>>;

/** Deaths in a row, without any progress between them, after which a request fails. */
const MAX_DEATHS = 5;
const STOP_GRACE_MS = 3_000;
/** More than so many files are found faster by looking at all. */
const maxPaths = 500;

export interface IndexOptions {
  force: boolean;
  isQuiet?: boolean;
  paths?: readonly string[];
}

interface Indexing {
  current: Promise<IndexStatus>;
  next: Promise<IndexStatus> | null;
  /** What those who wait for the next one want of it. */
  wanted: IndexOptions | null;
  controller: AbortController;
}

export function createIndexerSupervisor(options: IndexerSupervisorOptions): IndexerSupervisor {
  const delays = options.restartDelaysMs ?? [100, 500, 2_000, 10_000];
  const statuses = new Map<RepositoryId, IndexStatus>();
  const reports = new Map<RepositoryId, IndexReport>();
  const indexings = new Map<RepositoryId, Indexing>();
  const closing = new AbortController();
  let restarts = 0;
  let deaths = 0;

  const connection = createIndexerConnection({
    entry: options.entry,
    settings: options.settings,
    idleMs: options.idleMs ?? 60_000,
    redact: options.redact ?? ((line) => line),
    onLost: (how) => {
      restarts++;
      deaths++;
      options.onLost?.(how);
    },
    onNotice: (name, value) => {
      if (name === "progress") noteProgress(ProgressNotice.parse(value));
      if (name === "vectors") noteVectors(VectorProgress.parse(value));
    },
  });

  function noteProgress({ repositoryId, progress }: ProgressNotice): void {
    const status = statuses.get(repositoryId) ?? absent(repositoryId);
    const isWorking = progress.filesDone < progress.filesTotal;
    if (!indexings.has(repositoryId) || (status.state !== "indexing" && !isWorking)) return;
    if (progress.filesDone > (status.progress?.filesDone ?? 0)) deaths = 0;
    statuses.set(repositoryId, { ...status, state: "indexing", progress });
  }

  function noteVectors(progress: VectorProgress): void {
    deaths = 0;
    options.onVectorProgress?.(progress);
  }

  /** Asks again when the indexer died: what it had stored is not lost. */
  async function request(method: string, params: unknown, signal: AbortSignal): Promise<unknown> {
    for (;;) {
      signal.throwIfAborted();
      const answer = await connection.request(method, params, signal);
      if (!answer.lost) {
        deaths = 0;
        return answer.value;
      }
      if (deaths >= MAX_DEATHS) {
        deaths = 0;
        throw new OutpostError("unavailable", `the indexer died ${MAX_DEATHS} times in a row; see the server's log`);
      }
      await sleep(delays[Math.min(deaths - 1, delays.length - 1)] ?? 0, undefined, { signal });
    }
  }

  async function indexOnce(
    repository: Repository,
    { force, isQuiet = false, paths }: IndexOptions,
    signal: AbortSignal,
  ): Promise<IndexStatus> {
    const before = statuses.get(repository.id) ?? absent(repository.id);
    const versionBefore = reports.get(repository.id)?.version;
    const settle = (status: IndexStatus, problems: IndexReport["problems"]) => {
      statuses.set(repository.id, status);
      if (!isQuiet || reports.get(repository.id)?.version !== versionBefore) options.onIndexed?.(status, problems);
      return status;
    };
    if (!isQuiet) announce(repository.id);
    try {
      const report =
        (force || paths === undefined || paths.length > maxPaths
          ? null
          : await indexPaths(repository, paths, signal)) ??
        IndexReport.parse(await request("index", { repository, force }, signal));
      reports.set(repository.id, report);
      options.onVectors?.(report.vectors);
      return settle(statusOf(repository.id, report), report.problems);
    } catch (error) {
      const message =
        isOutpostError(error) || signal.aborted ? String((error as Error).message) : internalMessage(error);
      return settle({ ...before, state: "failed", progress: null, error: message }, []);
    }
  }

  /** Null where only a whole index can tell. */
  async function indexPaths(
    repository: Repository,
    paths: readonly string[],
    signal: AbortSignal,
  ): Promise<IndexReport | null> {
    const last = reports.get(repository.id);
    if (last === undefined) return null;
    const { commit } = last;
    const found = PathsReport.parse(await request("indexPaths", { repository, paths, commit }, signal));
    if (found === null) return null;
    const { problems, vectors } = found;
    return found.view === null ? { ...last, vectors } : { ...last, ...found.view, problems, vectors };
  }

  function announce(repositoryId: RepositoryId): void {
    const before = statuses.get(repositoryId) ?? absent(repositoryId);
    if (before.state !== "indexing")
      statuses.set(repositoryId, { ...before, state: "indexing", progress: null, error: null });
  }

  function startIndexing(repository: Repository, given: IndexOptions): Indexing {
    const controller = new AbortController();
    const signal = AbortSignal.any([controller.signal, closing.signal]);
    const indexing: Indexing = { current: indexOnce(repository, given, signal), next: null, wanted: null, controller };
    indexings.set(repository.id, indexing);
    void indexing.current.then(() => {
      if (indexings.get(repository.id) === indexing) indexings.delete(repository.id);
    });
    return indexing;
  }

  return {
    index(repository, given) {
      const underWay = indexings.get(repository.id);
      if (!underWay) return startIndexing(repository, given).current;
      if (!given.isQuiet) announce(repository.id);
      underWay.wanted = joinOptions(underWay.wanted, given);
      underWay.next ??= underWay.current.then((status) =>
        underWay.controller.signal.aborted ? status : startIndexing(repository, underWay.wanted ?? given).current,
      );
      return underWay.next;
    },
    lastReport: (repositoryId) => reports.get(repositoryId),
    status: (repositoryId) => statuses.get(repositoryId) ?? absent(repositoryId),
    async verify(repository, repair) {
      return VerifyReport.parse(await request("verify", { repository, repair }, closing.signal));
    },
    async updateRunView({ repositoryId, runId, baseCommit, root }, paths, signal) {
      const params = { repositoryId, runId, baseCommit, root, paths };
      await request("updateRunView", params, signal ? AbortSignal.any([signal, closing.signal]) : closing.signal);
    },
    async removeRunView(runId) {
      await request("removeViews", { viewIds: [runView(runId)] }, closing.signal);
    },
    async drop(repositoryId, runIds) {
      const underWay = indexings.get(repositoryId);
      underWay?.controller.abort(new OutpostError("conflict", "the repository was removed"));
      await underWay?.current;
      const viewIds = [...runIds.map(runView), checkoutView(repositoryId)];
      await request("removeViews", { viewIds }, closing.signal);
      statuses.delete(repositoryId);
      reports.delete(repositoryId);
    },
    vectors: {
      send: async () => VectorReport.parse(await request("sendVectors", {}, closing.signal)),
      describe: async () => (await request("describeVectors", {}, closing.signal)) as VectorDescription,
      snapshot: async () => (await request("snapshotVectors", {}, closing.signal)) as VectorSnapshot,
      drop: async () => VectorReport.parse(await request("dropVectors", {}, closing.signal)),
    },
    pid: () => connection.pid(),
    counts: () => ({ running: connection.pid() !== null, restarts }),
    async close() {
      closing.abort(new OutpostError("unavailable", "the server is stopping", { retryable: true }));
      await Promise.all([...indexings.values()].map(({ current }) => current));
      await connection.stop(STOP_GRACE_MS);
    },
  };
}

function joinOptions(before: IndexOptions | null, given: IndexOptions): IndexOptions {
  if (before === null) return given;
  const isQuiet = (before.isQuiet ?? false) && (given.isQuiet ?? false);
  const joined = before.paths && given.paths ? [...new Set([...before.paths, ...given.paths])] : undefined;
  const paths = joined === undefined || joined.length > maxPaths ? undefined : joined;
  return { force: before.force || given.force, isQuiet, ...(paths === undefined ? {} : { paths }) };
}

function absent(repositoryId: RepositoryId): IndexStatus {
  const nothing = { files: 0, chunks: 0, skipped: [], languages: {}, progress: null };
  const unknown = { indexedAtMs: null, durationMs: null, error: null, freshness: "on_request", staleFiles: 0 } as const;
  return { repositoryId, state: "absent", ...nothing, ...unknown };
}

function statusOf(repositoryId: RepositoryId, report: IndexReport): IndexStatus {
  const { files, chunks, skipped, languages, indexedAtMs, durationMs } = report;
  const status = { files, chunks, skipped, languages, indexedAtMs, durationMs };
  return {
    repositoryId,
    state: "ready",
    ...status,
    progress: null,
    error: null,
    freshness: "on_request",
    staleFiles: 0,
  };
}

function internalMessage(error: unknown): string {
  return `internal error: ${error instanceof Error ? error.message : String(error)}`;
}
