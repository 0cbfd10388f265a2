// The embedded vector index: int8 rows in memory, an exact scan, no file of its own (vectors come from the catalog at load).
// It knows nothing of paths, views or texts. Good to about a hundred thousand rows; beyond that a vector server is the better engine.
import { OutpostError } from "@outpost/protocol";
import type { VectorIndex } from "@outpost/retrieval";
import { BestScores, median } from "./best-scores.ts";
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
    async upsert(chunkIds, vectors) {
      if (vectors.length !== chunkIds.length * dimensions) {
        throw new OutpostError(
          "invalid_input",
          `${vectors.length} numbers for ${chunkIds.length} vectors of ${dimensions}; index again with one embedder`,
        );
      }
      rows.upsert(chunkIds, vectors);
    },
    async remove(chunkIds) {
      rows.remove(chunkIds);
    },
    async search(query, among, limit, signal) {
      if (query.length !== dimensions) {
        throw new OutpostError("invalid_input", `a query of ${query.length} numbers in an index of ${dimensions}`);
      }
      const found = rows.locate(among);
      const scores = new Float32Array(found.count);
      for (let from = 0; from < found.count; from += rowsPerSlice) {
        signal?.throwIfAborted();
        rows.score(query, found.rows.subarray(from, Math.min(from + rowsPerSlice, found.count)), scores.subarray(from));
      }
      const best = new BestScores(limit);
      for (let index = 0; index < scores.length; index += 1) best.offer(found.ids[index] ?? 0, scores[index] ?? 0);
      return { candidates: best.drain(), medianScore: median(scores) };
    },
    get size() {
      return rows.size;
    },
  };
}
