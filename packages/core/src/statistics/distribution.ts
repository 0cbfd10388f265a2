// Counts values into a distribution. Bounded: the first 10,000 values are kept for percentiles, buckets and sums take all.
import type { Distribution } from "@outpost/protocol";

const maxKept = 10_000;

export interface DistributionBuilder {
  add(value: number): void;
  result(): Distribution;
}

/** `bounds`: of the buckets, ascending. */
export function createDistribution(bounds: readonly number[]): DistributionBuilder {
  const buckets = bounds.map((le) => ({ le, count: 0 }));
  const kept: number[] = [];
  let count = 0;
  let sum = 0;
  let max = 0;
  return {
    add(value) {
      count += 1;
      sum += value;
      max = Math.max(max, value);
      if (kept.length < maxKept) kept.push(value);
      for (const bucket of buckets) if (value <= bucket.le) bucket.count += 1;
    },
    result() {
      const sorted = [...kept].sort((one, other) => one - other);
      return {
        count,
        sum,
        max,
        median: quantile(sorted, 0.5),
        p95: quantile(sorted, 0.95),
        buckets: buckets.map((bucket) => ({ ...bucket })),
      };
    },
  };
}

/** Nearest rank. */
function quantile(sorted: readonly number[], share: number): number | null {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null;
}
