// Lexical and vector search put together: the vector index is asked for the best of the view and for the cosines of the lexical
// candidates, then everything is ranked at once. Knows the vector index by its port only.
import type { VectorIndex } from "../ports/vector-index.ts";
import { weights } from "../ranking/weights.ts";
import type { RankedChunk, SearchIndex, SearchInput, VectorScores } from "./search-index.ts";

export interface HybridSearchInput extends SearchInput {
  index: SearchIndex;
  limit: number;
  /** Null searches lexically only. The query vector has unit length; a zero vector (no known word) counts as none. */
  vectors: { vectorIndex: VectorIndex; queryVector: Float32Array } | null;
}

/** Rejects with what the vector index rejects with. */
export async function hybridSearch(input: HybridSearchInput, signal?: AbortSignal): Promise<RankedChunk[]> {
  const { index, vectors, limit } = input;
  const match = index.match(input);
  if (vectors === null || vectors.queryVector.every((value) => value === 0)) return index.rank(match, null, limit);
  const { vectorIndex, queryVector } = vectors;
  const best = await vectorIndex.search(queryVector, match.searchedChunkIds, weights.candidates, signal);
  const scores = new Map(best.candidates.map(({ chunkId, score }) => [chunkId, score]));
  const missing = match.candidateChunkIds.filter((chunkId) => !scores.has(chunkId));
  if (missing.length > 0) {
    const rest = await vectorIndex.search(queryVector, missing, missing.length, signal);
    for (const { chunkId, score } of rest.candidates) scores.set(chunkId, score);
  }
  const vectorScores: VectorScores | null = scores.size === 0 ? null : { scores, medianScore: best.medianScore };
  return index.rank(match, vectorScores, limit);
}
