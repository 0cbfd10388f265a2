// Of several rounds on a machine that others use too: the least is what the code costs, the median what one sees.

export interface Summary {
  min: number;
  median: number;
}

export function summarize(values: readonly number[]): Summary {
  return { min: Math.min(...values), median: percentile(values, 0.5) };
}

/** Nearest rank. NaN of nothing. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))] ?? Number.NaN;
}

/** "12.3 / 15.0": least and median. */
export function formatSummary({ min, median }: Summary): string {
  return `${min.toFixed(1)} / ${median.toFixed(1)}`;
}
