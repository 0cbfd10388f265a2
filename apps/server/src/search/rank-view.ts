// Ranks the chunks of a view by words and by meaning. Where vectors cannot be had for the moment (an embedder or an engine that does not
// answer) it ranks by words only, and says so in the notes of the answer.
import { isOutpostError, type OutpostError, type QueryExpansion } from "@outpost/protocol";
import {
  type Embedder,
  expandedSearch,
  expandQuery,
  type RankedChunk,
  textToEmbed,
  type ViewId,
} from "@outpost/retrieval";
import type { LoadedView } from "./loaded-repository.ts";

export interface ViewSearch {
  viewId: ViewId;
  query: string;
  /** Hits. */
  limit: number;
  pathPrefix?: string;
  expansion?: QueryExpansion;
}

interface QueryVectors {
  queryVector: Float32Array;
  expandedVector: Float32Array | null;
}

interface ViewRankingPorts {
  embedder: Embedder;
  /** Told of what made a ranking poorer. */
  onProblem?: (error: unknown) => void;
}

export type RankView = (
  view: LoadedView,
  request: ViewSearch,
  notes: string[],
  signal?: AbortSignal,
) => Promise<RankedChunk[]>;

export function createViewRanking({ embedder, onProblem }: ViewRankingPorts): RankView {
  async function embed({ query, expansion }: ViewSearch, signal: AbortSignal | undefined): Promise<QueryVectors> {
    const queryVector = await embedder.embedQuery(textToEmbed(query), signal);
    if (expansion === undefined) return { queryVector, expandedVector: null };
    const expanded = textToEmbed(expandQuery(query, expansion));
    return { queryVector, expandedVector: await embedder.embedQuery(expanded, signal) };
  }

  function notePoorer(error: OutpostError, notes: string[]): void {
    notes.push(`searched by words only: ${error.message}`);
    onProblem?.(error);
  }

  /** Null where the view has none, or the embedder does not answer. */
  async function vectorsFor(
    view: LoadedView,
    request: ViewSearch,
    notes: string[],
    signal: AbortSignal | undefined,
  ): Promise<QueryVectors | null> {
    if (!view.hasVectors) return null;
    try {
      return await embed(request, signal);
    } catch (error) {
      if (!isOutpostError(error) || !error.retryable) throw error;
      notePoorer(error, notes);
      return null;
    }
  }

  return async (view, request, notes, signal) => {
    const { query, limit, pathPrefix, expansion } = request;
    const input = {
      ...{ index: view.index, view: view.searchView, query, limit },
      ...(pathPrefix ? { pathPrefix } : {}),
      ...(expansion ? { expansion } : {}),
    };
    const byWords = () => expandedSearch({ ...input, vectors: null }, signal);
    const embedded = await vectorsFor(view, request, notes, signal);
    if (embedded === null) return byWords();
    const { queryVector, expandedVector } = embedded;
    try {
      const vectors = { vectorIndex: view.vectorIndex, queryVector };
      return await expandedSearch({ ...input, vectors, expandedVector }, signal);
    } catch (error) {
      if (!isOutpostError(error) || signal?.aborted) throw error;
      notePoorer(error, notes);
      return byWords();
    }
  };
}
