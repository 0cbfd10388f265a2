// The port of a vector index. Adapters live in packages/vector. Search reads it; what fills it is the server's memory (embedded) or the
// indexer (an engine of its own).
import type { LoadedEntry } from "./catalog.ts";

export interface VectorCandidate {
  chunkId: number;
  /** Cosine, -1 to 1. */
  score: number;
}

export interface VectorQuery {
  /** Unit length. */
  vector: Float32Array;
  /** The chunks that may be candidates: the view, narrowed by the path prefix. Ascending; ids that are not in the index are left out. */
  among: Int32Array;
  /** Those of `among` whose cosines are wanted whatever their rank. Ascending. */
  wanted: Int32Array;
  /** Hashes of the query's terms: an engine that holds terms gives the cosines of what it finds by them as well. */
  terms: Uint32Array;
  /** What `among` was narrowed by, so that an engine can narrow its own search. */
  pathPrefix: string | null;
  /** Candidates by cosine. */
  limit: number;
}

export interface VectorAnswer {
  /** The best `limit` by cosine, those that are wanted, and what was found by terms; best first, ties by chunk id. */
  candidates: VectorCandidate[];
  /** Of all that may be candidates; an engine may take it from an even sample of five hundred. 0 of none. */
  medianScore: number;
}

export interface VectorReader {
  /** Rejects with `invalid_input` for another number of dimensions, `unavailable` or `unauthorized` as the engine answers. */
  search(query: VectorQuery, signal?: AbortSignal): Promise<VectorAnswer>;
}

/** An entry, and the repositories that show it (an engine that holds several narrows its search by that). */
export interface VectorEntry extends LoadedEntry {
  repositories?: readonly string[];
}

/** Which chunks are an entry's: `chunkCount` ids from `firstChunkId` on. */
export interface EntryChunks {
  entryId: number;
  firstChunkId: number;
  chunkCount: number;
}

export interface VectorIndex extends VectorReader {
  /** Vectors are int8 (only their direction counts). Putting an entry again replaces it. When it resolves, all of it is there to be found. */
  put(entries: readonly VectorEntry[], signal?: AbortSignal): Promise<void>;
  /** Entries that are not there are ignored. */
  remove(entries: readonly EntryChunks[], signal?: AbortSignal): Promise<void>;
  /** Chunks that are held. */
  count(signal?: AbortSignal): Promise<number>;
}
