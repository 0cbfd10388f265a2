// What every vector index must do, whichever engine is behind it. Cosines are compared loosely: an engine may quantize.
import type { VectorAnswer, VectorEntry, VectorIndex } from "@outpost/retrieval";
import { afterEach, describe, expect, it } from "vitest";

const dimensions = 6;

export interface VectorIndexSubject {
  index: VectorIndex;
  close(): Promise<void>;
}

/** `open` gives an empty index for vectors of that many dimensions. */
export function describeVectorIndexContract(
  name: string,
  open: (dimensions: number) => Promise<VectorIndexSubject>,
): void {
  describe(`vector index: ${name}`, () => {
    const opened: VectorIndexSubject[] = [];
    afterEach(async () => {
      for (const subject of opened.splice(0)) await subject.close();
    });
    const openIndex = async () => {
      const subject = await open(dimensions);
      opened.push(subject);
      return subject.index;
    };

    it("finds nothing in an empty index", async () => {
      const index = await openIndex();
      expect(await index.count()).toBe(0);
      expect(await search(index, unit(0), ids(1, 2), 5)).toEqual({ candidates: [], medianScore: 0 });
    });

    it("orders by cosine, best first, and gives the cosine", async () => {
      const index = await openIndex();
      await index.put(entries([1, 2, 3], [mixed(0, 1), unit(0), unit(2)]));
      const { candidates } = await search(index, unit(0), ids(1, 2, 3), 10);
      expect(candidates.map(({ chunkId }) => chunkId)).toEqual([2, 1, 3]);
      const expected = [1, Math.SQRT1_2, 0];
      for (const [at, { score }] of candidates.entries()) expect(score).toBeCloseTo(expected[at] ?? Number.NaN, 1);
    });

    it("gives the median of all that was searched, not of the best", async () => {
      const index = await openIndex();
      await index.put(entries([1, 2, 3, 4, 5], [unit(0), mixed(0, 1), unit(3), unit(4), unit(5)]));
      const { candidates, medianScore } = await search(index, unit(0), ids(1, 2, 3, 4, 5), 1);
      expect(candidates).toHaveLength(1);
      expect(medianScore).toBeCloseTo(0, 1);
      expect((await search(index, unit(0), ids(1, 2, 3), 1)).medianScore).toBeCloseTo(Math.SQRT1_2, 1);
    });

    it("searches among the given chunks only, and leaves out those it does not have", async () => {
      const index = await openIndex();
      await index.put(entries([10, 20, 30, 40], [unit(0), unit(0), unit(0), unit(1)]));
      const { candidates } = await search(index, unit(0), ids(5, 20, 25, 40, 99), 10);
      expect(candidates.map(({ chunkId }) => chunkId)).toEqual([20, 40]);
      expect((await search(index, unit(0), ids(), 10)).candidates).toEqual([]);
    });

    it("gives the cosines of wanted chunks beside the best, each once", async () => {
      const index = await openIndex();
      await index.put(entries([1, 2, 3, 4], [unit(0), mixed(0, 1), unit(2), mixed(0, 3)]));
      const wanted = { ...query(unit(0), ids(1, 2, 3, 4), 2), wanted: ids(1, 3) };
      expect((await index.search(wanted)).candidates.map(({ chunkId }) => chunkId)).toEqual([1, 2, 3]);
    });

    it("holds entries of several chunks, and removes them whole", async () => {
      const index = await openIndex();
      const both = entry(10, unit(0));
      const two = { ...both, chunks: [...both.chunks, ...both.chunks], terms: [...both.terms, ...both.terms] };
      await index.put([{ ...two, vectors: pack([unit(0), unit(1)]) }, entry(12, unit(2))]);
      expect((await search(index, unit(1), ids(10, 11, 12), 1)).candidates[0]?.chunkId).toBe(11);
      await index.remove([{ entryId: 10, firstChunkId: 10, chunkCount: 2 }]);
      expect(await index.count()).toBe(1);
      expect((await search(index, unit(0), ids(10, 11, 12), 9)).candidates.map(({ chunkId }) => chunkId)).toEqual([12]);
    });

    it("breaks ties by chunk id and keeps the limit", async () => {
      const index = await openIndex();
      await index.put(entries([9, 3, 7, 5], [unit(1), unit(1), unit(1), unit(1)]));
      const { candidates } = await search(index, unit(1), ids(3, 5, 7, 9), 3);
      expect(candidates.map(({ chunkId }) => chunkId)).toEqual([3, 5, 7]);
    });

    it("replaces a vector that is put again", async () => {
      const index = await openIndex();
      await index.put(entries([1, 2], [unit(0), unit(1)]));
      await index.put(entries([2, 2], [unit(4), unit(0)]));
      expect(await index.count()).toBe(2);
      const { candidates } = await search(index, unit(0), ids(1, 2), 10);
      expect(candidates.map(({ score }) => Math.round(score * 10) / 10)).toEqual([1, 1]);
    });

    it("removes, ignores ids it does not have, and takes ids back", async () => {
      const index = await openIndex();
      await index.put(entries([1, 2, 3], [unit(0), unit(0), unit(0)]));
      await index.remove([2, 77].map((entryId) => ({ entryId, firstChunkId: entryId, chunkCount: 1 })));
      expect(await index.count()).toBe(2);
      expect((await search(index, unit(0), ids(1, 2, 3), 10)).candidates.map(({ chunkId }) => chunkId)).toEqual([1, 3]);
      await index.put(entries([2, 4], [unit(1), unit(0)]));
      const { candidates } = await search(index, unit(1), ids(1, 2, 3, 4), 1);
      expect(candidates[0]?.chunkId).toBe(2);
      expect(await index.count()).toBe(4);
    });

    it("accepts ids in any order and far apart", async () => {
      const index = await openIndex();
      const far = 2_000_000_000;
      await index.put(entries([far, 4], [unit(0), unit(1)]));
      await index.put(entries([1000, 2], [unit(2), unit(3)]));
      for (const [axis, chunkId] of [far, 4, 1000, 2].entries()) {
        const { candidates } = await search(index, unit(axis), ids(2, 4, 1000, far), 1);
        expect(candidates[0]?.chunkId).toBe(chunkId);
      }
    });

    it("agrees with an exhaustive search over thousands of vectors", async () => {
      const index = await openIndex();
      const vectors = Array.from({ length: 3000 }, (_, seed) => scattered(seed));
      const chunkIds = vectors.map((_, at) => at * 3 + 1);
      await index.put(entries(chunkIds, vectors));
      const asked = scattered(90_001);
      const exact = vectors.map((vector, at) => ({ chunkId: at * 3 + 1, score: dot(vector, asked) }));
      exact.sort((a, b) => b.score - a.score);
      const { candidates, medianScore } = await search(index, asked, Int32Array.from(chunkIds), 20);
      const wanted = new Set(exact.slice(0, 20).map(({ chunkId }) => chunkId));
      expect(candidates.filter(({ chunkId }) => wanted.has(chunkId)).length).toBeGreaterThanOrEqual(16);
      expect(Math.abs(medianScore - (exact[1500]?.score ?? Number.NaN))).toBeLessThan(0.08);
    });

    it("refuses vectors and queries of another dimension, changing nothing", async () => {
      const index = await openIndex();
      await expect(index.put([{ ...entry(1, unit(0)), vectors: new Int8Array(dimensions + 1) }])).rejects.toMatchObject(
        { code: "invalid_input" },
      );
      await index.put(entries([1], [unit(0)]));
      await expect(search(index, new Float32Array(3), ids(1), 1)).rejects.toMatchObject({ code: "invalid_input" });
      expect(await index.count()).toBe(1);
    });

    it("rejects when aborted", async () => {
      const index = await openIndex();
      await index.put(entries([1], [unit(0)]));
      await expect(index.search(query(unit(0), ids(1), 1), AbortSignal.abort())).rejects.toThrow(/abort/i);
    });
  });
}

function query(vector: Float32Array, among: Int32Array, limit: number) {
  return { vector, among, wanted: ids(), terms: new Uint32Array(0), pathPrefix: null, limit };
}

function search(index: VectorIndex, vector: Float32Array, among: Int32Array, limit: number): Promise<VectorAnswer> {
  return index.search(query(vector, among, limit));
}

/** One entry per chunk, with the chunk's id. */
function entry(chunkId: number, vector: Float32Array): VectorEntry {
  const chunk = { startLine: 1, endLine: 3, kind: "block", symbol: null, scope: [], definitions: [] };
  return {
    ...{ entryId: chunkId, path: `src/f${chunkId}.ts`, blob: "b".repeat(40), language: "typescript" },
    ...{ firstChunkId: chunkId, chunks: [chunk], vectors: pack([vector]), repositories: ["rep_contract"] },
    terms: [{ hashes: Uint32Array.of(chunkId), frequencies: Uint8Array.of(1) }],
  };
}

function entries(chunkIds: readonly number[], vectors: readonly Float32Array[]): VectorEntry[] {
  return chunkIds.map((chunkId, at) => entry(chunkId, vectors[at] ?? unit(0)));
}

function unit(axis: number): Float32Array {
  const vector = new Float32Array(dimensions);
  vector[axis] = 1;
  return vector;
}

function mixed(first: number, second: number): Float32Array {
  const vector = unit(first);
  vector[first] = Math.SQRT1_2;
  vector[second] = Math.SQRT1_2;
  return vector;
}

/** A unit vector that depends on the seed only. */
function scattered(seed: number): Float32Array {
  const vector = Float32Array.from({ length: dimensions }, (_, axis) => Math.sin((seed + 1) * 12.9898 + axis * 78.233));
  const length = Math.sqrt(dot(vector, vector));
  return vector.map((value) => value / length);
}

function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0);
}

function pack(vectors: readonly Float32Array[]): Int8Array {
  return Int8Array.from(vectors.flatMap((vector) => Array.from(vector, (value) => Math.round(value * 127))));
}

function ids(...values: number[]): Int32Array {
  return Int32Array.from(values);
}
