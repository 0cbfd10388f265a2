// The best scores out of many without sorting all of them.
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
