// The scans that are compared: the product's, and the plain ones that it has to be worth more than. Ids are the rows' numbers.
import { quantise } from "@outpost/indexer";
import { createEmbeddedVectorIndex } from "@outpost/vector";
import type { Vectors } from "./synthetic-vectors.ts";

export interface Engine {
  name: string;
  /** Ids of the nearest, best first. */
  search(query: Float32Array, limit: number): Promise<number[]>;
}

/** Candidates that are scored again with float32. */
const rescored = 100;

export async function createEngines(vectors: Vectors): Promise<Engine[]> {
  const int8 = quantiseAll(vectors);
  const inverseLengths = Float32Array.from({ length: vectors.count }, (_, row) => {
    const own = int8.subarray(row * vectors.dimensions, (row + 1) * vectors.dimensions);
    return 1 / Math.sqrt(dot(own, own, 0));
  });
  const embedded = await createEmbedded(vectors, int8);
  return [
    { name: "embedded index (int8, WASM SIMD)", search: embedded },
    {
      name: `embedded index, ${rescored} rescored in float32`,
      async search(query, limit) {
        const candidates = await embedded(query, rescored);
        const scored = candidates.map((id) => ({ id, score: dot(query, vectors.values, id * vectors.dimensions) }));
        return best(scored, limit);
      },
    },
    {
      name: "plain JavaScript, int8",
      search: async (query, limit) => scan(vectors, quantise(query), int8, inverseLengths, limit),
    },
    {
      name: "plain JavaScript, float32",
      search: async (query, limit) => scan(vectors, query, vectors.values, null, limit),
    },
  ];
}

/** The exact answer, by sorting everything. */
export function nearest({ values, dimensions, count }: Vectors, query: Float32Array, limit: number): number[] {
  const all = Array.from({ length: count }, (_, id) => ({ id, score: dot(query, values, id * dimensions) }));
  return best(all, limit);
}

const chunk = { startLine: 1, endLine: 1, kind: "block", symbol: null, scope: [], definitions: [] };
const entry = { path: "", blob: "", language: "text", terms: [] };

async function createEmbedded({ dimensions, count }: Vectors, int8: Int8Array) {
  const index = createEmbeddedVectorIndex(dimensions);
  const among = Int32Array.from({ length: count }, (_, id) => id);
  const batch = 4096;
  for (let from = 0; from < count; from += batch) {
    const chunks = Array.from({ length: Math.min(batch, count - from) }, () => chunk);
    const vectors = int8.subarray(from * dimensions, (from + chunks.length) * dimensions);
    await index.put([{ ...entry, entryId: from, firstChunkId: from, chunks, vectors }]);
  }
  const none = { wanted: new Int32Array(), terms: new Uint32Array(), pathPrefix: null };
  return async (vector: Float32Array, limit: number) =>
    (await index.search({ vector, among, limit, ...none })).candidates.map(({ chunkId }) => chunkId);
}

function quantiseAll({ values, dimensions, count }: Vectors): Int8Array {
  const int8 = new Int8Array(values.length);
  for (let row = 0; row < count; row++) {
    int8.set(quantise(values.subarray(row * dimensions, (row + 1) * dimensions)), row * dimensions);
  }
  return int8;
}

/** Keeps the best in a sorted list: what one writes who has no heap at hand. */
function scan(
  { dimensions, count }: Vectors,
  query: Float32Array | Int8Array,
  rows: Float32Array | Int8Array,
  inverseLengths: Float32Array | null,
  limit: number,
): number[] {
  const kept: { id: number; score: number }[] = [];
  let least = Number.NEGATIVE_INFINITY;
  for (let id = 0; id < count; id++) {
    const score = dot(query, rows, id * dimensions) * (inverseLengths?.[id] ?? 1);
    if (kept.length === limit && score <= least) continue;
    const at = kept.findIndex((other) => other.score < score);
    kept.splice(at === -1 ? kept.length : at, 0, { id, score });
    if (kept.length > limit) kept.pop();
    least = kept.at(-1)?.score ?? least;
  }
  return kept.map(({ id }) => id);
}

function dot(query: Float32Array | Int8Array, rows: Float32Array | Int8Array, from: number): number {
  let sum = 0;
  for (let at = 0; at < query.length; at++) sum += (query[at] as number) * (rows[from + at] as number);
  return sum;
}

function best(scored: { id: number; score: number }[], limit: number): number[] {
  return scored
    .sort((a, b) => b.score - a.score || a.id - b.id)
    .slice(0, limit)
    .map(({ id }) => id);
}
