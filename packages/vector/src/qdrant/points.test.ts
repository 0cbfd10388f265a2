// How entries become points, and how many of these go in one request.
import type { VectorEntry } from "@outpost/retrieval";
import { describe, expect, it } from "vitest";
import { batchesOf, pointsOf } from "./points.ts";

const options = { dimensions: 1024, tenant: "t", termWeights: { k1: 1.5, b: 0.55, averageLength: 100 } };
const chunk = { startLine: 1, endLine: 2, kind: "function", symbol: "f", scope: [], definitions: [] };

function entry(entryId: number, { path = `f${entryId}.ts`, terms = 60 } = {}): VectorEntry {
  const hashes = Uint32Array.from({ length: terms }, (_, at) => 4_000_000_000 + at);
  const frequencies = Uint8Array.from({ length: terms }, (_, at) => 1 + (at % 7));
  return {
    ...{ entryId, path, blob: "b".repeat(40), language: "typescript", firstChunkId: entryId, chunks: [chunk] },
    ...{ vectors: new Int8Array(1024).fill(-128), terms: [{ hashes, frequencies }] },
  };
}

const bytes = (value: unknown) => Buffer.byteLength(JSON.stringify(value));

describe("points of one request", () => {
  it("are 256 at most, in order", () => {
    const points = pointsOf(
      Array.from({ length: 600 }, (_, at) => entry(at)),
      options,
    );
    const batches = batchesOf(points);
    expect(batches.map(({ length }) => length)).toEqual([256, 256, 88]);
    expect(batches.flat()).toEqual(points);
  });

  it.each([
    { what: "long vectors of terms", more: { terms: 20_000 } },
    { what: "paths of many folders", more: { path: `${"ä/".repeat(900)}f.ts` } },
  ])("have no more than 8 MiB, with $what", ({ more }) => {
    const points = pointsOf(
      Array.from({ length: 40 }, (_, at) => entry(at, more)),
      options,
    );
    const batches = batchesOf(points);
    expect(batches.length).toBeGreaterThan(1);
    expect(batches.flat()).toEqual(points);
    for (const batch of batches) expect(bytes({ points: batch })).toBeLessThan(8 * 1024 * 1024);
  });

  it("may be a single one that has more", () => {
    const points = pointsOf([entry(1), entry(2, { terms: 300_000 }), entry(3)], options);
    expect(batchesOf(points).map(({ length }) => length)).toEqual([1, 1, 1]);
  });
});
