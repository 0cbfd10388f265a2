// The index as the rest of the server sees it: kept up to date by the indexer's process, searched in this one.
import type {
  Coverage,
  IndexStatus,
  IndexVerification,
  Repository,
  RepositoryId,
  RunId,
  SearchRequest,
  SearchResponse,
} from "@outpost/protocol";
import type { Following } from "../following/follow-repositories.ts";
import type { IndexerSupervisor } from "../indexing/indexer-supervisor.ts";
import { checkoutView, runView } from "../indexing/messages.ts";
import type { RunSearchRequest, RunViewRequest } from "../internal/methods.ts";
import type { ExpandableSearch, ExpandingSearch } from "../search/expanding-search.ts";
import { toPathPrefix } from "../search/indexed-path.ts";
import type { PreparedSearches } from "../search/prepared-searches.ts";
import type { SearchService } from "../search/search-service.ts";
import type { StatusFiles } from "./status-files.ts";

export interface IndexService {
  /** After a start: the indexes that are there follow their sources again. */
  resume(repositories: readonly Repository[]): void;
  /** Begins an update, or joins the one under way, and says how things stand. */
  start(repository: Repository, force: boolean): IndexStatus;
  status(repositoryId: RepositoryId): IndexStatus;
  verify(repository: Repository, repair: boolean): Promise<IndexVerification>;
  coverage(repositoryId: RepositoryId): Promise<Coverage>;
  search(repository: Repository, request: SearchRequest, signal?: AbortSignal): Promise<SearchResponse>;
  /** In the run's own view. */
  searchRun(request: RunSearchRequest, signal: AbortSignal): Promise<SearchResponse>;
  /** Search over any view, by its id. */
  readonly views: Pick<SearchService, "search" | "coverage">;
  updateRunView(request: RunViewRequest, paths: readonly string[], signal: AbortSignal): Promise<void>;
  removeRunView(repositoryId: RepositoryId, runId: RunId): Promise<void>;
  drop(repositoryId: RepositoryId): Promise<void>;
  indexerCounts(): { running: boolean; restarts: number };
  close(): Promise<void>;
}

/** A request of the API, without the view. */
function asked({
  query,
  limit,
  pathPrefix,
  expansion,
  expand,
  model,
}: SearchRequest): Omit<ExpandableSearch, "viewId"> {
  return {
    ...{ query, limit },
    ...(pathPrefix ? { pathPrefix: toPathPrefix(pathPrefix) } : {}),
    ...(expansion ? { expansion } : {}),
    ...(expand ? { expand: model === undefined ? {} : { model } } : {}),
  };
}

export interface IndexServiceParts {
  supervisor: IndexerSupervisor;
  following: Following;
  search: SearchService;
  /** The same, and it asks a model for words where the request wants that. */
  find: ExpandingSearch;
  statusFiles: StatusFiles;
  prepared: PreparedSearches;
}

export function createIndexService(parts: IndexServiceParts): IndexService {
  const { supervisor, following, search, find, statusFiles, prepared } = parts;
  /** Runs whose views are open, by repository, so that dropping a repository drops them too. */
  const runs = new Map<RepositoryId, Set<RunId>>();
  /** Views that a killed server left behind; removed when the indexer is started anyway, unless their run goes on. */
  const leftOver = new Set(statusFiles.readOpenRuns());

  const noteOpenRuns = (): void =>
    statusFiles.writeOpenRuns([...leftOver, ...[...runs.values()].flatMap((open) => [...open])]);

  function removeLeftOver(): void {
    if (leftOver.size === 0) return;
    for (const runId of leftOver) void supervisor.removeRunView(runId).catch(() => {});
    leftOver.clear();
    noteOpenRuns();
  }

  function status(repositoryId: RepositoryId): IndexStatus {
    const known = supervisor.status(repositoryId);
    const status = known.state === "absent" ? (statusFiles.read(repositoryId) ?? known) : known;
    const { freshness, changedPaths: staleFiles } = following.state(repositoryId);
    return { ...status, freshness, staleFiles };
  }

  return {
    status,
    views: search,
    resume(repositories) {
      const statuses = repositories.map((repository) => ({ repository, status: statusFiles.read(repository.id) }));
      for (const { repository, status } of statuses) if (status !== null) following.follow(repository);
      prepared.started(statuses.flatMap(({ status }) => status ?? []));
    },
    start(repository, force) {
      void supervisor.index(repository, { force }).then(({ state }) => {
        if (state === "ready") following.follow(repository);
      });
      removeLeftOver();
      return status(repository.id);
    },
    verify: async (repository, repair) => ({
      repositoryId: repository.id,
      ...(await supervisor.verify(repository, repair)),
    }),
    coverage: (repositoryId) => search.coverage(checkoutView(repositoryId)),
    search: ({ id }, request, signal) => find({ viewId: checkoutView(id), ...asked(request) }, signal),
    searchRun: ({ repositoryId: _, runId, ...request }, signal) => find({ ...request, viewId: runView(runId) }, signal),
    async updateRunView(request, paths, signal) {
      leftOver.delete(request.runId);
      const open = runs.get(request.repositoryId) ?? new Set();
      if (!open.has(request.runId)) {
        runs.set(request.repositoryId, open.add(request.runId));
        noteOpenRuns();
      }
      await supervisor.updateRunView(request as Parameters<IndexerSupervisor["updateRunView"]>[0], paths, signal);
    },
    async removeRunView(repositoryId, runId) {
      const wasOpen = runs.get(repositoryId)?.delete(runId) ?? false;
      if (!leftOver.delete(runId) && !wasOpen) return;
      noteOpenRuns();
      search.unload(runView(runId));
      await supervisor.removeRunView(runId);
    },
    async drop(repositoryId) {
      await following.unfollow(repositoryId);
      await supervisor.drop(repositoryId, [...(runs.get(repositoryId) ?? [])]);
      runs.delete(repositoryId);
      search.unload(checkoutView(repositoryId));
      statusFiles.remove(repositoryId);
    },
    indexerCounts: () => supervisor.counts(),
    async close() {
      prepared.close();
      // The indexer last: who closes a database last puts its log into it, which a reader may not.
      await search.close();
      await Promise.all([following.close(), supervisor.close()]);
    },
  };
}
