// From entries to points: one a chunk, its id the chunk's, with the dense vector, the terms as a sparse one, and the payload that searches
// are narrowed by. A server measures cosines itself, so the int8 numbers are sent as they are.
import { OutpostError } from "@outpost/protocol";
import type { ChunkTerms, VectorEntry } from "@outpost/retrieval";
import type { Schemas } from "@qdrant/js-client-rest";
import { denseVector, termVector } from "./collection.ts";

/** What a term weighs in its chunk (BM25 without the inverse frequency, which the server adds). */
export interface TermWeights {
  k1: number;
  b: number;
  /** Terms of an average chunk: a server cannot know it, so that it is the same for all. */
  averageLength: number;
}

export interface PointOptions {
  dimensions: number;
  tenant: string;
  termWeights: TermWeights;
}

export type Point = Schemas["PointStruct"] & {
  id: number;
  vector: { [denseVector]: number[]; [termVector]?: Schemas["SparseVector"] };
};

/** Points of one request, and their bytes, far below the 32 MiB that a server takes: it hangs up on what is more. */
const pointsPerBatch = 256;
const bytesPerBatch = 8 * 1024 * 1024;

/** In order; a point that is larger than a batch is one of its own. */
export function batchesOf(points: readonly Point[]): Point[][] {
  const batches: Point[][] = [];
  let batch: Point[] = [];
  let bytes = 0;
  for (const point of points) {
    const more = bytesAtMost(point);
    if (batch.length === pointsPerBatch || (batch.length > 0 && bytes + more > bytesPerBatch)) {
      batches.push(batch);
      batch = [];
      bytes = 0;
    }
    batch.push(point);
    bytes += more;
  }
  if (batch.length > 0) batches.push(batch);
  return batches;
}

/** As JSON: five characters an int8 number, thirty-four a term. */
function bytesAtMost({ vector, payload }: Point): number {
  const terms = vector[termVector]?.indices.length ?? 0;
  return vector[denseVector].length * 5 + terms * 34 + Buffer.byteLength(JSON.stringify(payload)) + 100;
}

/** Throws `invalid_input` for vectors of another number of dimensions. Of an id that is given twice, the last. */
export function pointsOf(entries: readonly VectorEntry[], options: PointOptions): Point[] {
  const points = new Map<number, Point>();
  for (const entry of entries) for (const point of pointsOfEntry(entry, options)) points.set(point.id, point);
  return [...points.values()];
}

function pointsOfEntry(entry: VectorEntry, { dimensions, tenant, termWeights }: PointOptions): Point[] {
  const { chunks, vectors, path, firstChunkId, language, blob, entryId, repositories = [] } = entry;
  if (vectors.length !== chunks.length * dimensions) {
    throw new OutpostError(
      "invalid_input",
      `"${path}" has ${vectors.length} numbers for ${chunks.length} vectors of ${dimensions}; index again with one embedder`,
    );
  }
  const prefixes = pathPrefixes(path);
  return chunks.map((chunk, at) => {
    const terms = entry.terms[at];
    return {
      id: firstChunkId + at,
      vector: {
        [denseVector]: Array.from(vectors.subarray(at * dimensions, (at + 1) * dimensions)),
        ...(terms && terms.hashes.length > 0 ? { [termVector]: sparse(terms, termWeights) } : {}),
      },
      payload: {
        ...{ tenant, repository: [...repositories], entry: entryId, content_hash: blob, path, path_prefixes: prefixes },
        ...{ language, kind: chunk.kind, symbol: chunk.symbol, start_line: chunk.startLine, end_line: chunk.endLine },
      },
    };
  });
}

/** The folders that a path is in, each with a slash behind it: what a search in a folder is narrowed by. */
function pathPrefixes(path: string): string[] {
  const parts = path.split("/").slice(0, -1);
  return parts.map((_, index) => `${parts.slice(0, index + 1).join("/")}/`);
}

function sparse({ hashes, frequencies }: ChunkTerms, { k1, b, averageLength }: TermWeights) {
  const length = frequencies.reduce((sum, frequency) => sum + frequency, 0);
  const base = k1 * (1 - b + (b * length) / averageLength);
  const weigh = (frequency: number) => (frequency * (k1 + 1)) / (frequency + base);
  return { indices: Array.from(hashes), values: Array.from(frequencies, weigh) };
}
