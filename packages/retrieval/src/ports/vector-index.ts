// The port of a vector index. Adapters live in packages/vector.

export interface VectorCandidate {
  chunkId: number;
  /** Cosine, -1 to 1. */
  score: number;
}

export interface VectorIndex {
  /** `vectors`: chunkIds.length × dimensions, int8 (unit vector × 127). Putting an id again replaces it. */
  upsert(chunkIds: readonly number[], vectors: Int8Array): Promise<void>;
  remove(chunkIds: readonly number[]): Promise<void>;
  /**
   * The scores of these chunks against the query (a unit vector), best first, at most `limit`, ties by chunk id. `among`: the chunk
   * ids of the view, ascending; ids that are not in the index are left out. Rejects with `unavailable` (retryable).
   */
  search(
    query: Float32Array,
    among: Int32Array,
    limit: number,
    signal?: AbortSignal,
  ): Promise<{ candidates: VectorCandidate[]; medianScore: number }>;
  readonly size: number;
}
