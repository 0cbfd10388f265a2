// Lexical and vector search put together: the vector index is asked once, for the best of the view and for the cosines of the lexical
// candidates, then everything is ranked at once. Knows the vector index by its port only.
import type { VectorReader } from "../ports/vector-index.ts";
import { weights } from "../ranking/weights.ts";
import type { RankedChunk, SearchIndex, SearchInput } from "./search-index.ts";

export interface HybridSearchInput extends SearchInput {
  index: SearchIndex;
  limit: number;
  /** Null searches lexically only. The query vector has unit length; a zero vector (no known word) counts as none. */
  vectors: { vectorIndex: VectorReader; queryVector: Float32Array } | null;
}

/** Rejects with what the vector index rejects with. */
export async function hybridSearch(input: HybridSearchInput, signal?: AbortSignal): Promise<RankedChunk[]> {
  const { index, vectors, limit, pathPrefix } = input;
  const match = index.match(input);
  if (vectors === null || vectors.queryVector.every((value) => value === 0)) return index.rank(match, null, limit);
  const { candidates, medianScore } = await vectors.vectorIndex.search(
    {
      vector: vectors.queryVector,
      among: match.searchedChunkIds,
      wanted: match.candidateChunkIds,
      terms: match.terms,
      pathPrefix: pathPrefix || null,
      limit: weights.candidates,
    },
    signal,
  );
  return index.rank(match, candidates.length === 0 ? null : { candidates, medianScore }, limit);
}
