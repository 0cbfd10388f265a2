// The embedded vector index: int8 rows in memory, an exact scan, no file of its own (vectors come from the catalog at load).
// It knows nothing of paths, views or texts. Good to about a hundred thousand rows; beyond that a vector server is the better engine.
import { OutpostError } from "@outpost/protocol";
import type { EntryChunks, VectorCandidate, VectorEntry, VectorIndex } from "@outpost/retrieval";
import { BestScores } from "./best-scores.ts";
import { addWanted } from "./candidates.ts";
import { RowStore } from "./row-store.ts";
import { createRows, type Found, type Rows } from "./rows.ts";
import { ScoreHistogram } from "./score-histogram.ts";

export function createEmbeddedVectorIndex(dimensions: number): VectorIndex {
  return createIndexOver(dimensions, createRows(dimensions));
}

export function createIndexOver(dimensions: number, storage: Rows): VectorIndex {
  const rows = new RowStore(dimensions, storage);
  /** Of one search at a time, which does not wait for anything. Fresh memory for each costs more than filling it. */
  let scratch = new Float32Array(1024);
  return {
    async put(entries) {
      const chunkIds = entries.flatMap((entry) => chunkIdsOf({ ...entry, chunkCount: entry.chunks.length }));
      const vectors = new Int8Array(chunkIds.length * dimensions);
      let from = 0;
      for (const entry of entries) {
        assertDimensions(entry, dimensions);
        vectors.set(entry.vectors, from);
        from += entry.vectors.length;
      }
      rows.upsert(chunkIds, vectors);
    },
    async remove(entries) {
      rows.remove(entries.flatMap(chunkIdsOf));
    },
    async search({ vector, among, wanted, limit }, signal) {
      if (vector.length !== dimensions) {
        throw new OutpostError("invalid_input", `a query of ${vector.length} numbers in an index of ${dimensions}`);
      }
      signal?.throwIfAborted();
      const query = withoutOddNumbers(vector);
      const located = rows.locate(among);
      const count = located.ids.length;
      if (count > scratch.length) scratch = new Float32Array(Math.ceil(count * 1.25));
      const found = { scores: scratch, histogram: new ScoreHistogram() };
      rows.scan(query, located, found);
      const best = bestOf(located.ids, found, limit);
      return {
        candidates: addWanted(best, scoresOf(wanted, located.ids, found.scores)),
        medianScore: found.histogram.median(),
      };
    },
    count: async () => rows.size,
  };
}

/** Best first. A heap of all scores would cost more than the scan of some ten thousand rows; the histogram leaves few of them. */
function bestOf(ids: Int32Array, { scores, histogram }: Found, limit: number): VectorCandidate[] {
  const least = histogram.leastOfBest(limit);
  const best = new BestScores(limit);
  for (let at = 0; at < ids.length; at += 1) {
    const score = scores[at] as number;
    if (score >= least) best.offer(ids[at] as number, score);
  }
  return best.drain();
}

/** What is not finite counts as 0, as it does in the vectors of chunks: one such number would make every score none. */
function withoutOddNumbers(vector: Float32Array): Float32Array {
  return vector.every(Number.isFinite) ? vector : vector.map((value) => (Number.isFinite(value) ? value : 0));
}

function chunkIdsOf({ firstChunkId, chunkCount }: EntryChunks): number[] {
  return Array.from({ length: chunkCount }, (_, index) => firstChunkId + index);
}

/** Both ascending: those of the wanted ids that are there. */
function scoresOf(wanted: Int32Array, ids: Int32Array, scores: Float32Array): VectorCandidate[] {
  const candidates: VectorCandidate[] = [];
  let from = 0;
  for (const chunkId of wanted) {
    from = lowerBound(ids, chunkId, from);
    if (ids[from] === chunkId) candidates.push({ chunkId, score: scores[from] as number });
  }
  return candidates;
}

function lowerBound(ids: Int32Array, id: number, from: number): number {
  let low = from;
  let high = ids.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ids[middle] as number) < id) low = middle + 1;
    else high = middle;
  }
  return low;
}

function assertDimensions({ path, chunks, vectors }: VectorEntry, dimensions: number): void {
  if (vectors.length === chunks.length * dimensions) return;
  throw new OutpostError(
    "invalid_input",
    `"${path}" has ${vectors.length} numbers for ${chunks.length} vectors of ${dimensions}; index again with one embedder`,
  );
}
