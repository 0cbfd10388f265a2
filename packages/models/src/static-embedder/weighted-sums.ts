// Weighted sums of a model's int8 vectors, in two implementations with equal results: WebAssembly SIMD, and plain JavaScript where that
// is not to be had.
import type { StaticModel } from "./model-files.ts";
import { createSumKernel } from "./sum-kernel.ts";

/** The sum over the first `count` of `words` of weight × vector, into an array of zeros. */
export type WeightedSums = (words: Int32Array, weights: Float64Array, count: number, into: Float32Array) => void;

type Vectors = Pick<StaticModel, "vectors" | "dimensions">;

export function createWeightedSums(model: Vectors): WeightedSums {
  return createSimdSums(model) ?? createPlainSums(model);
}

/** Words that one call of the kernel adds up. */
const sliceWords = 1024;

/** Memory: weights and words of one slice, the sum, then the vectors. */
export function createSimdSums({ vectors, dimensions }: Vectors): WeightedSums | undefined {
  if (dimensions % 8 !== 0) return undefined;
  const wordsAt = sliceWords * 8;
  const sumAt = wordsAt + sliceWords * 4;
  const vectorsAt = sumAt + dimensions * 4;
  const kernel = createSumKernel(vectorsAt + vectors.length);
  if (kernel === undefined) return undefined;
  new Int8Array(kernel.memory, vectorsAt, vectors.length).set(vectors);
  const sliceWeights = new Float64Array(kernel.memory, 0, sliceWords);
  const slice = new Int32Array(kernel.memory, wordsAt, sliceWords);
  const sum = new Float32Array(kernel.memory, sumAt, dimensions);
  return (words, weights, count, into) => {
    sum.fill(0);
    for (let from = 0; from < count; from += sliceWords) {
      const to = Math.min(count, from + sliceWords);
      slice.set(words.subarray(from, to));
      sliceWeights.set(weights.subarray(from, to));
      kernel.sum(wordsAt, to - from, 0, dimensions, vectorsAt, sumAt);
    }
    into.set(sum);
  };
}

export function createPlainSums({ vectors, dimensions }: Vectors): WeightedSums {
  return (words, weights, count, sum) => {
    for (let index = 0; index < count; index += 1) {
      const weight = weights[index] as number;
      const start = (words[index] as number) * dimensions;
      for (let dimension = 0; dimension < dimensions; dimension += 1) {
        sum[dimension] = (sum[dimension] as number) + weight * (vectors[start + dimension] as number);
      }
    }
  };
}
