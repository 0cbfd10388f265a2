// How many scores between -1 and 1 lie where: enough to tell their median, and which of them may be among the best, in one pass.

/** Bins of a histogram of scores from -1 to 1, and one more for 1. */
export const histogramBins = 4096;

/** Bins are told in float32. */
const binSlack = 1e-5;

export class ScoreHistogram {
  private readonly counts = new Uint32Array(histogramBins + 1);
  private count = 0;

  add(score: number): void {
    const bin = Math.fround(score * (histogramBins / 2) + histogramBins / 2 + 0.5) | 0;
    const within = bin < 0 ? 0 : bin > histogramBins ? histogramBins : bin;
    this.counts[within] = (this.counts[within] as number) + 1;
    this.count += 1;
  }

  /** A histogram that was counted elsewhere. */
  addAll(counts: Uint32Array): void {
    for (let bin = 0; bin <= histogramBins; bin += 1) {
      const more = counts[bin] as number;
      this.counts[bin] = (this.counts[bin] as number) + more;
      this.count += more;
    }
  }

  /** The lower median, to within 1/2048, since it only anchors a normalization; 0 of none. */
  median(): number {
    if (this.count === 0) return 0;
    let left = Math.ceil(this.count / 2);
    for (let bin = 0; bin <= histogramBins; bin += 1) {
      left -= this.counts[bin] as number;
      if (left <= 0) return bin / (histogramBins / 2) - 1;
    }
    return 0;
  }

  /** A score that the best `limit` are not below, a little lower than it had to be: what is above it is few, and the best are among it. */
  leastOfBest(limit: number): number {
    let left = limit;
    for (let bin = histogramBins; bin > 0; bin -= 1) {
      left -= this.counts[bin] as number;
      if (left <= 0) return (bin - 0.5) / (histogramBins / 2) - 1 - binSlack;
    }
    return Number.NEGATIVE_INFINITY;
  }
}

/** Of all of them. */
export function median(scores: Float32Array): number {
  const all = new ScoreHistogram();
  for (const score of scores) all.add(score);
  return all.median();
}
