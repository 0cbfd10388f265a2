// The best scores out of many, and their median, without sorting all of them.
import type { VectorCandidate } from "@outpost/retrieval";
import { byScore } from "./candidates.ts";

/** Keeps the best `limit` of what it is offered; ids are offered ascending, and of equal scores the lower id wins. */
export class BestScores {
  /** A heap by score, the worst on top. */
  private readonly ids: Int32Array;
  private readonly scores: Float64Array;
  private count = 0;

  constructor(limit: number) {
    this.ids = new Int32Array(limit);
    this.scores = new Float64Array(limit);
  }

  /** What a score must be above to be kept. */
  get worst(): number {
    if (this.count < this.ids.length) return Number.NEGATIVE_INFINITY;
    return this.count === 0 ? Number.POSITIVE_INFINITY : (this.scores[0] as number);
  }

  offer(id: number, score: number): void {
    if (this.count < this.ids.length) {
      this.count += 1;
      this.rise(id, score);
    } else if (this.count > 0 && score > (this.scores[0] as number)) this.sink(id, score);
  }

  /** Best first, ties by id. */
  drain(): VectorCandidate[] {
    const candidates: VectorCandidate[] = [];
    for (let at = 0; at < this.count; at += 1) {
      candidates.push({ chunkId: this.ids[at] as number, score: this.scores[at] as number });
    }
    return candidates.sort(byScore);
  }

  private isWorse(score: number, id: number, at: number): boolean {
    const other = this.scores[at] as number;
    return score < other || (score === other && id > (this.ids[at] as number));
  }

  private rise(id: number, score: number): void {
    let at = this.count - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.isWorse(score, id, parent)) break;
      this.move(parent, at);
      at = parent;
    }
    this.ids[at] = id;
    this.scores[at] = score;
  }

  private sink(id: number, score: number): void {
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= this.count) break;
      const next = child + 1;
      if (next < this.count && this.isWorse(this.scores[next] as number, this.ids[next] as number, child)) child = next;
      if (this.isWorse(score, id, child)) break;
      this.move(child, at);
      at = child;
    }
    this.ids[at] = id;
    this.scores[at] = score;
  }

  private move(from: number, to: number): void {
    this.ids[to] = this.ids[from] as number;
    this.scores[to] = this.scores[from] as number;
  }
}

/** Bins of a histogram of scores from -1 to 1, and one more for 1. */
export const medianBins = 4096;

/** The median of scores between -1 and 1, to within 1/2048: a histogram, since it only anchors a normalization. */
export class MedianScore {
  private readonly counts = new Uint32Array(medianBins + 1);
  private count = 0;

  add(score: number): void {
    const bin = Math.fround(score * (medianBins / 2) + medianBins / 2 + 0.5) | 0;
    const within = bin < 0 ? 0 : bin > medianBins ? medianBins : bin;
    this.counts[within] = (this.counts[within] as number) + 1;
    this.count += 1;
  }

  /** A histogram that was counted elsewhere. */
  addAll(counts: Uint32Array): void {
    for (let bin = 0; bin <= medianBins; bin += 1) {
      const more = counts[bin] as number;
      this.counts[bin] = (this.counts[bin] as number) + more;
      this.count += more;
    }
  }

  /** The lower median; 0 of none. */
  get(): number {
    if (this.count === 0) return 0;
    let left = Math.ceil(this.count / 2);
    for (let bin = 0; bin <= medianBins; bin += 1) {
      left -= this.counts[bin] as number;
      if (left <= 0) return bin / (medianBins / 2) - 1;
    }
    return 0;
  }
}

/** Of all of them. */
export function median(scores: Float32Array): number {
  const all = new MedianScore();
  for (const score of scores) all.add(score);
  return all.get();
}
