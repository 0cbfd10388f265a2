// Answers searches from memory: the views of repositories are loaded from the catalog when they are first asked for, refreshed when
// their version changed, and the least recently used repository goes when too much is held. Never writes the catalog, never indexes.
// Invariant: an answer's coverage describes the very state that was searched.
import type { Coverage, SearchResponse } from "@outpost/protocol";
import type { CatalogReader, Embedder, ViewId } from "@outpost/retrieval";
import { describeCoverage, type IndexingState } from "./coverage.ts";
import type { RepositoryPorts } from "./loaded-repository.ts";
import { createViewRanking, type ViewSearch } from "./rank-view.ts";
import { readHits } from "./read-hits.ts";
import { createRepositoryCache } from "./repository-cache.ts";
import { withSignal } from "./with-signal.ts";

export interface SearchServiceOptions {
  /** Called once, at the first search. */
  openReader: () => CatalogReader | Promise<CatalogReader>;
  embedder: Embedder;
  /** For each loaded repository. */
  openVectors: RepositoryPorts["openVectors"];
  /** What the indexer's supervisor knows beyond the catalog. */
  indexingState?: (viewId: ViewId) => IndexingState;
  /** Told of what made an answer poorer without making it fail: an embedder or a vector engine that did not answer. */
  onProblem?: (error: unknown) => void;
  /** What every answer has to say about what is missing. */
  notes?: () => string[];
  /** Chunks held in memory, all repositories together; the one being searched always stays. Default 400 000. */
  maxLoadedChunks?: number;
}

export interface SearchService {
  /** No hits and `absent` coverage when there is no such view. Rejects with `unavailable` when the catalog cannot be read. */
  search(request: ViewSearch, signal?: AbortSignal): Promise<SearchResponse>;
  coverage(viewId: ViewId, signal?: AbortSignal): Promise<Coverage>;
  /** What the view's code is written in, most of it first; null where there is no such view. With the time until it was in memory. */
  mainLanguages(viewId: ViewId, signal?: AbortSignal): Promise<{ languages: string[] | null; loadMs: number }>;
  /** Whether the repository of this root view is in memory. */
  holds(viewId: ViewId): boolean;
  /** Drops what is held in memory of a view, and of the views based on it; the next search loads it again. */
  unload(viewId: ViewId): void;
  /** Drops everything: after the index was removed and is built again. */
  unloadAll(): void;
  stats(): { repositories: number; views: number; chunks: number };
  close(): Promise<void>;
}

const defaultMaxLoadedChunks = 400_000;
const namedLanguages = 3;

export function createSearchService(options: SearchServiceOptions): SearchService {
  const { embedder } = options;
  const maxChunks = options.maxLoadedChunks ?? defaultMaxLoadedChunks;
  let opening: Promise<CatalogReader> | undefined;
  const openReader = () => {
    opening ??= Promise.resolve(options.openReader());
    return opening;
  };
  const cache = createRepositoryCache({ embedder, openVectors: options.openVectors, maxChunks });

  const rank = createViewRanking({ embedder, ...(options.onProblem && { onProblem: options.onProblem }) });
  const load = async (viewId: ViewId) => cache.load(await openReader(), viewId);

  async function loadTimed(viewId: ViewId, signal: AbortSignal | undefined) {
    const startedMs = performance.now();
    const view = await withSignal(load(viewId), signal);
    return { view, loadMs: performance.now() - startedMs };
  }

  return {
    async search(request, signal) {
      const startedMs = performance.now();
      signal?.throwIfAborted();
      const { viewId } = request;
      const { view, loadMs } = await loadTimed(viewId, signal);
      const coverage = describeCoverage(view, options.indexingState?.(viewId));
      coverage.notes.push(...(options.notes?.() ?? []));
      if (view === null) return { hits: [], coverage, tookMs: performance.now() - startedMs, loadMs };
      const ranked = await rank(view, request, coverage.notes, signal);
      const hits = await readHits(await openReader(), ranked, signal);
      return { hits, coverage, tookMs: performance.now() - startedMs, loadMs };
    },
    async coverage(viewId, signal) {
      return describeCoverage(await withSignal(load(viewId), signal), options.indexingState?.(viewId));
    },
    async mainLanguages(viewId, signal) {
      const { view, loadMs } = await loadTimed(viewId, signal);
      return { languages: view?.index.mainLanguages(view.searchView, namedLanguages) ?? null, loadMs };
    },
    holds: (viewId) => cache.holds(viewId),
    unload: (viewId) => cache.unload(viewId),
    unloadAll: () => cache.unloadAll(),
    stats: () => cache.stats(),
    async close() {
      cache.unloadAll();
      await (await opening)?.close();
    },
  };
}
