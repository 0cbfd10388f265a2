import { expect, it } from "vitest";
import { createSumKernel } from "./sum-kernel.ts";
import { createPlainSums, createSimdSums } from "./weighted-sums.ts";

it("adds up in WebAssembly what it adds up in JavaScript, bit by bit, whatever the number of words", () => {
  const dimensions = 24;
  const vectors = Int8Array.from({ length: 3000 * dimensions }, (_, index) => ((index * 7919) % 255) - 127);
  const simd = createSimdSums({ vectors, dimensions });
  const plain = createPlainSums({ vectors, dimensions });
  for (const count of [0, 1, 2, 130, 1024, 1025, 2900]) {
    const words = Int32Array.from({ length: count }, (_, index) => (index * 101) % 3000);
    const weights = Float64Array.from({ length: count }, (_, index) => Math.sin(index + 1) / 3);
    const [bySimd, byPlain] = [new Float32Array(dimensions), new Float32Array(dimensions)];
    simd?.(words, weights, count, bySimd);
    plain(words, weights, count, byPlain);
    expect(simd && bySimd).toEqual(byPlain);
  }
  expect(createSimdSums({ vectors, dimensions: 12 })).toBeUndefined();
});

it("does without WebAssembly where there is no memory for it", () => {
  expect(createSumKernel(8)).toBeDefined();
  expect(createSumKernel(2 ** 32 + 1)).toBeUndefined();
});
