// The vector of a text under a static model: the sum over its distinct words of scale × (1 + ln count) × vector, at unit length.
// The loops here are where embedding spends its time, hence the flat arrays and the casts instead of checks.
import type { StaticModel } from "./model-files.ts";
import { Tokenizer } from "./tokenizer.ts";
import { createWeightedSums, type WeightedSums } from "./weighted-sums.ts";

const maxCount = 4095;

export class BagOfWords {
  private readonly tokenizer: Tokenizer;
  private readonly counts: Uint16Array;
  private readonly distinct: Int32Array;
  private readonly weights: Float64Array;
  private readonly countWeights: Float32Array;
  private readonly sumVectors: WeightedSums;

  constructor(model: StaticModel) {
    this.sumVectors = createWeightedSums(model);
    this.tokenizer = new Tokenizer(model);
    this.counts = new Uint16Array(model.tokens.length);
    this.distinct = new Int32Array(model.tokens.length);
    this.weights = new Float64Array(model.tokens.length);
    this.countWeights = Float32Array.from({ length: maxCount + 1 }, (_, count) =>
      count === 0 ? 0 : 1 + Math.log(count),
    );
  }

  /** The ids of a text's words, in order, with repeats. */
  idsOf(text: string): number[] {
    const found: number[] = [];
    this.tokenizer.forEachRun(text, (ids, from, to) => found.push(...ids.subarray(from, to)));
    return found;
  }

  /** Fills `into`, which is all zero before: of the text, followed by `more` so many times. It stays so when no word is known. */
  embed(text: string, scales: Float32Array, into: Float32Array, more: readonly number[] = [], times = 0): void {
    const distinct = this.count(text, more, times);
    for (let index = 0; index < distinct; index += 1) {
      const id = this.distinct[index] as number;
      this.weights[index] = (scales[id] as number) * (this.countWeights[this.counts[id] as number] as number);
      this.counts[id] = 0;
    }
    this.sumVectors(this.distinct, this.weights, distinct, into);
    toUnitLength(into);
  }

  /** Fills `counts` and `distinct`; returns how many distinct words there are. */
  private count(text: string, more: readonly number[], times: number): number {
    const { counts, distinct } = this;
    let found = 0;
    this.tokenizer.forEachRun(text, (ids, from, to) => {
      for (let index = from; index < to; index += 1) {
        const id = ids[index] as number;
        const count = counts[id] as number;
        if (count === 0) distinct[found++] = id;
        if (count < maxCount) counts[id] = count + 1;
      }
    });
    for (const id of more) {
      const count = counts[id] as number;
      if (count === 0) distinct[found++] = id;
      counts[id] = Math.min(maxCount, count + times);
    }
    return found;
  }
}

function toUnitLength(vector: Float32Array): void {
  let squares = 0;
  for (let index = 0; index < vector.length; index += 1) {
    const value = vector[index] as number;
    squares += value * value;
  }
  if (squares === 0) return;
  const factor = 1 / Math.sqrt(squares);
  for (let index = 0; index < vector.length; index += 1) vector[index] = (vector[index] as number) * factor;
}
