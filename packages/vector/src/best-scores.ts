// The best scores out of many, and their median, without sorting all of them.
import type { VectorCandidate } from "@outpost/retrieval";

/** Keeps the best `limit` of what it is offered; ids are offered ascending, and of equal scores the lower id wins. */
export class BestScores {
  private readonly limit: number;
  /** A heap by score, the worst on top. */
  private readonly ids: number[] = [];
  private readonly scores: number[] = [];

  constructor(limit: number) {
    this.limit = limit;
  }

  offer(id: number, score: number): void {
    if (this.ids.length < this.limit) {
      this.ids.push(id);
      this.scores.push(score);
      this.rise(this.ids.length - 1);
    } else if (this.limit > 0 && score > (this.scores[0] as number)) {
      this.ids[0] = id;
      this.scores[0] = score;
      this.sink();
    }
  }

  /** Best first, ties by id. */
  drain(): VectorCandidate[] {
    const candidates = this.ids.map((chunkId, index) => ({ chunkId, score: this.scores[index] as number }));
    return candidates.sort((a, b) => b.score - a.score || a.chunkId - b.chunkId);
  }

  private isWorse(a: number, b: number): boolean {
    const [left, right] = [this.scores[a] as number, this.scores[b] as number];
    return left < right || (left === right && (this.ids[a] as number) > (this.ids[b] as number));
  }

  private swap(a: number, b: number): void {
    const [id, score] = [this.ids[a] as number, this.scores[a] as number];
    this.ids[a] = this.ids[b] as number;
    this.scores[a] = this.scores[b] as number;
    this.ids[b] = id;
    this.scores[b] = score;
  }

  private rise(from: number): void {
    for (let at = from; at > 0; ) {
      const parent = (at - 1) >> 1;
      if (!this.isWorse(at, parent)) return;
      this.swap(at, parent);
      at = parent;
    }
  }

  private sink(): void {
    for (let at = 0; ; ) {
      const left = 2 * at + 1;
      if (left >= this.ids.length) return;
      const worst = left + 1 < this.ids.length && this.isWorse(left + 1, left) ? left + 1 : left;
      if (!this.isWorse(worst, at)) return;
      this.swap(worst, at);
      at = worst;
    }
  }
}

const bins = 4096;

/** The lower median of scores between -1 and 1, to within 1/2048 (a histogram, since it only anchors a normalization); 0 of none. */
export function median(scores: Float32Array): number {
  if (scores.length === 0) return 0;
  const counts = new Uint32Array(bins + 1);
  for (let index = 0; index < scores.length; index += 1) {
    const bin = Math.max(0, Math.min(bins, Math.round(((scores[index] as number) + 1) * (bins / 2))));
    counts[bin] = (counts[bin] as number) + 1;
  }
  let left = Math.ceil(scores.length / 2);
  for (let bin = 0; bin <= bins; bin += 1) {
    left -= counts[bin] as number;
    if (left <= 0) return bin / (bins / 2) - 1;
  }
  return 0;
}
