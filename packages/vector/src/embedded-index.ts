// The embedded vector index: int8 rows in memory, an exact scan, no file of its own (vectors come from the catalog at load).
// It knows nothing of paths, views or texts. Good to about a hundred thousand rows; beyond that a vector server is the better engine.
import { OutpostError } from "@outpost/protocol";
import type { EntryChunks, VectorCandidate, VectorEntry, VectorIndex } from "@outpost/retrieval";
import { BestScores, median } from "./best-scores.ts";
import { addWanted } from "./candidates.ts";
import { RowStore } from "./row-store.ts";
import { createRows, type Rows } from "./rows.ts";

/** Rows scanned before an abort is looked at. */
const rowsPerSlice = 16_384;

export function createEmbeddedVectorIndex(dimensions: number): VectorIndex {
  return createIndexOver(dimensions, createRows(dimensions));
}

export function createIndexOver(dimensions: number, storage: Rows): VectorIndex {
  const rows = new RowStore(dimensions, storage);
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
      const found = rows.locate(among);
      const scores = new Float32Array(found.count);
      for (let from = 0; from < found.count; from += rowsPerSlice) {
        signal?.throwIfAborted();
        rows.score(
          vector,
          found.rows.subarray(from, Math.min(from + rowsPerSlice, found.count)),
          scores.subarray(from),
        );
      }
      const best = new BestScores(limit);
      for (let index = 0; index < scores.length; index += 1) best.offer(found.ids[index] ?? 0, scores[index] ?? 0);
      return {
        candidates: addWanted(best.drain(), scoresOf(wanted, found.ids, scores)),
        medianScore: median(scores),
      };
    },
    count: async () => rows.size,
  };
}

function chunkIdsOf({ firstChunkId, chunkCount }: EntryChunks): number[] {
  return Array.from({ length: chunkCount }, (_, index) => firstChunkId + index);
}

/** Both ascending: those of the wanted ids that are there. */
function scoresOf(wanted: Int32Array, ids: Int32Array, scores: Float32Array): VectorCandidate[] {
  const candidates: VectorCandidate[] = [];
  let at = 0;
  for (const chunkId of wanted) {
    while (at < ids.length && (ids[at] as number) < chunkId) at += 1;
    if (ids[at] === chunkId) candidates.push({ chunkId, score: scores[at] as number });
  }
  return candidates;
}

function assertDimensions({ path, chunks, vectors }: VectorEntry, dimensions: number): void {
  if (vectors.length === chunks.length * dimensions) return;
  throw new OutpostError(
    "invalid_input",
    `"${path}" has ${vectors.length} numbers for ${chunks.length} vectors of ${dimensions}; index again with one embedder`,
  );
}
