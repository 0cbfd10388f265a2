import type { VectorEntry, VectorQuery } from "@outpost/retrieval";
import { describeVectorIndexContract } from "@outpost/testkit/contracts";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createEmbeddedVectorIndex, createIndexOver } from "./embedded-index.ts";
import { createPlainRows, createSimdRows, type Rows } from "./rows.ts";
import { median, ScoreHistogram } from "./score-histogram.ts";
import { createSimdKernel } from "./simd-kernel.ts";

describeVectorIndexContract("embedded", async (dimensions) => ({
  index: createEmbeddedVectorIndex(dimensions),
  close: async () => {},
}));

describeVectorIndexContract("embedded, without SIMD", async (dimensions) => ({
  index: createIndexOver(dimensions, createPlainRows(dimensions)),
  close: async () => {},
}));

describe("rows", () => {
  it.each([1, 15, 16, 17, 128, 768])("of %i components give the same products with SIMD and without", (dimensions) => {
    const simd = createSimdRows(dimensions);
    const plain = createPlainRows(dimensions);
    if (simd === undefined)
      throw new Error("no WebAssembly SIMD on this machine: the plain rows are used, and were tested");
    const count = 9000;
    for (let row = 0; row < count; row += 1) {
      const vector = Int8Array.from({ length: dimensions }, (_, at) => ((row * 31 + at * 17) % 255) - 127);
      for (const rows of [simd, plain]) rows.write(row, vector);
    }
    const query = Float32Array.from({ length: dimensions }, (_, at) => Math.sin(at + 1) / Math.sqrt(dimensions));
    const asked = Int32Array.from({ length: count }, (_, at) => (at * 7919) % count);
    const [fast, slow] = [simd, plain].map((rows) => scanAll(rows, query, asked, 1 / 127 / Math.sqrt(dimensions)));
    const differences = Array.from(fast?.scores ?? [], (value, at) =>
      Math.abs(value - (slow?.scores[at] ?? Number.NaN)),
    );
    expect(differences).toHaveLength(count);
    expect(Math.max(...differences)).toBeLessThan(1e-4);
    expect(Math.max(...(slow?.scores ?? []))).toBeGreaterThan(0.001);
    // What the scan says besides is what its own scores say.
    const own = new ScoreHistogram();
    for (const score of fast?.scores ?? []) own.add(score);
    expect(fast?.histogram).toEqual(own);
    expect(fast?.histogram.median()).toBe(median(fast?.scores ?? new Float32Array()));
  });
});

function scanAll(rows: Rows, query: Float32Array, asked: Int32Array, inverseLength: number) {
  const inverseLengths = new Float32Array(asked.length).fill(inverseLength);
  const found = { scores: new Float32Array(asked.length), histogram: new ScoreHistogram() };
  rows.scan({ query, rows: asked, inverseLengths }, found);
  return found;
}

it("there is no kernel where there is no memory for it", () => {
  expect(createSimdKernel(1)).toBeDefined();
  expect(createSimdKernel(2 ** 16 + 1)).toBeUndefined();
});

it("sums of the longest rows stay within 32 bits", () => {
  const dimensions = 4096;
  const rows = createSimdRows(dimensions);
  rows?.write(0, new Int8Array(dimensions).fill(-128));
  const found = rows && scanAll(rows, new Float32Array(dimensions).fill(1 / 64), Int32Array.of(0), 1);
  expect((found?.scores[0] ?? 0) / (-128 * 64)).toBeCloseTo(1, 3);
});

describe("embedded vector index", () => {
  const entry = (firstChunkId: number, ...vectors: number[][]): VectorEntry => ({
    ...{ entryId: firstChunkId, path: "a.ts", blob: "b", language: "typescript", firstChunkId, terms: [] },
    chunks: vectors.map(() => ({ startLine: 1, endLine: 1, kind: "block", symbol: null, scope: [], definitions: [] })),
    vectors: Int8Array.from(vectors.flat()),
  });
  const query = (vector: number[], among: number[], limit: number): VectorQuery => ({
    ...{ vector: Float32Array.from(vector), among: Int32Array.from(among), limit },
    ...{ wanted: new Int32Array(0), terms: new Uint32Array(0), pathPrefix: null },
  });

  it("uses rows of removed vectors again, over several blocks", async () => {
    const index = createEmbeddedVectorIndex(2);
    const chunkIds = Array.from({ length: 5000 }, (_, at) => at);
    await index.put(chunkIds.map((id) => entry(id, id === 4321 ? [0, 127] : [127, 0])));
    const even = chunkIds.filter((id) => id % 2 === 0);
    await index.remove(even.map((id) => ({ entryId: id, firstChunkId: id, chunkCount: 1 })));
    await index.put([entry(10_000, [0, -127]), entry(6, [127, 0])]);
    expect(await index.count()).toBe(2502);
    const { candidates } = await index.search(query([0, 1], [6, 4321, 10_000], 3));
    expect(candidates.map(({ chunkId }) => chunkId)).toEqual([4321, 6, 10_000]);
    expect(candidates.map(({ score }) => score)).toEqual([1, 0, -1]);
  });

  it.each([
    ["with SIMD", createSimdRows(2) ?? createPlainRows(2)],
    ["without", createPlainRows(2)],
  ])("takes what is no number in a query for 0, %s", async (_, rows) => {
    const index = createIndexOver(2, rows);
    await index.put([entry(1, [0, 127], [127, 0])]);
    for (const odd of [Number.NaN, Number.POSITIVE_INFINITY]) {
      const { candidates, medianScore } = await index.search(query([odd, 1], [1, 2], 2));
      expect(candidates).toEqual([
        { chunkId: 1, score: 1 },
        { chunkId: 2, score: 0 },
      ]);
      expect(medianScore).toBe(0);
    }
  });

  it("gives a vector of zeros the score 0", async () => {
    const index = createEmbeddedVectorIndex(2);
    await index.put([entry(1, [0, 0])]);
    expect((await index.search(query([1, 0], [1], 1))).candidates[0]?.score).toBe(0);
  });
});

describe("median", () => {
  it.each([
    { scores: [], expected: 0 },
    { scores: [0.25], expected: 0.25 },
    { scores: [1, -1, 0.5], expected: 0.5 },
    { scores: [0.1, 0.2, 0.3, 0.4], expected: 0.2 },
    { scores: [1.0000001, 1, 1], expected: 1 },
  ])("of $scores is $expected", ({ scores, expected }) => {
    expect(median(Float32Array.from(scores))).toBeCloseTo(expected, 3);
  });
});

describe("the least of the best", () => {
  const score = fc.oneof(fc.constantFrom(-1, 0, 0.5, 1, 1.0000001), fc.float({ min: -1, max: 1, noNaN: true }));

  it("is not above any of them, and lets few others through", () => {
    fc.assert(
      fc.property(fc.array(score, { maxLength: 200 }), fc.integer({ min: 0, max: 210 }), (given, limit) => {
        const scores = Float32Array.from(given);
        const histogram = new ScoreHistogram();
        for (const one of scores) histogram.add(one);
        const least = histogram.leastOfBest(limit);
        const best = scores.toSorted().reverse().slice(0, limit);
        expect(best.every((one) => one >= least)).toBe(true);
        const worst = best.at(-1);
        if (worst === undefined || best.length < limit) return;
        expect(scores.every((one) => one < least || one > worst - 2 / 2048)).toBe(true);
      }),
    );
  });
});
