// Lexical and vector search put together: the vector index is asked once, for the best of the view and for the cosines of the lexical
// candidates, then everything is ranked at once. Knows the vector index by its port only.
import type { VectorReader } from "../ports/vector-index.ts";
import { weights } from "../ranking/weights.ts";
import type { RankedChunk, SearchIndex, SearchInput } from "./search-index.ts";

export interface HybridSearchInput extends SearchInput {
  index: SearchIndex;
  limit: number;
  /**
   * Null searches lexically only. The vectors have unit length; a zero vector (no known word) counts as none. `expansionVector`: of what the
   * expansion says.
   */
  vectors: { vectorIndex: VectorReader; queryVector: Float32Array; expansionVector?: Float32Array | null } | null;
}

/** Rejects with what the vector index rejects with. */
export async function hybridSearch(input: HybridSearchInput, signal?: AbortSignal): Promise<RankedChunk[]> {
  const { index, vectors, limit, pathPrefix } = input;
  const match = index.match(input);
  const vector = vectors === null ? null : mixVectors(vectors.queryVector, vectors.expansionVector ?? null);
  if (vectors === null || vector === null) return index.rank(match, null, limit);
  const { candidates, medianScore } = await vectors.vectorIndex.search(
    {
      vector,
      among: match.searchedChunkIds,
      wanted: match.candidateChunkIds,
      terms: match.terms,
      pathPrefix: pathPrefix ? pathPrefix : null,
      limit: weights.candidates,
    },
    signal,
  );
  return index.rank(match, candidates.length === 0 ? null : { candidates, medianScore }, limit);
}

/** Of unit length; null for a zero vector. */
function mixVectors(query: Float32Array, expansion: Float32Array | null): Float32Array | null {
  if (expansion === null) return query.every((value) => value === 0) ? null : query;
  const share = weights.expandedVector;
  const mixed = query.map((value, at) => (1 - share) * value + share * (expansion[at] ?? 0));
  const length = Math.sqrt(mixed.reduce((sum, value) => sum + value * value, 0));
  return length === 0 ? null : mixed.map((value) => value / length);
}
