// The best of many slots without sorting all: a heap of the best so far, its worst on top.

export class TopSlots {
  private readonly slots: Uint32Array;
  private readonly scores: Float64Array;
  private count = 0;

  constructor(limit: number) {
    this.slots = new Uint32Array(limit);
    this.scores = new Float64Array(limit);
  }

  /** Returns what a later one has to score at least to be kept: whoever offers many asks before, since the call costs more. */
  offer(slot: number, score: number): number {
    if (this.count < this.slots.length) {
      this.count += 1;
      this.rise(slot, score);
    } else if (this.count > 0 && isWorse(this.scores[0] as number, this.slots[0] as number, score, slot)) {
      this.sink(slot, score);
    }
    return this.count < this.slots.length ? Number.NEGATIVE_INFINITY : (this.scores[0] ?? Number.POSITIVE_INFINITY);
  }

  /** Best first; equal scores keep the lower slot first. */
  drain(): number[] {
    const { slots, scores, count } = this;
    const order = Array.from({ length: count }, (_, at) => at);
    // Whole numbers: a fraction would be an object of its own for each comparison.
    order.sort((a, b) => {
      const [first, second] = [scores[a] as number, scores[b] as number];
      return first > second ? -1 : first < second ? 1 : (slots[a] as number) - (slots[b] as number);
    });
    return order.map((at) => slots[at] as number);
  }

  /** Puts a slot at the end and moves it up to its place. */
  private rise(slot: number, score: number): void {
    const { slots, scores } = this;
    let at = this.count - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isWorse(score, slot, scores[parent] as number, slots[parent] as number)) break;
      slots[at] = slots[parent] as number;
      scores[at] = scores[parent] as number;
      at = parent;
    }
    slots[at] = slot;
    scores[at] = score;
  }

  /** Replaces the worst and moves the new slot down to its place. */
  private sink(slot: number, score: number): void {
    const { slots, scores, count } = this;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= count) break;
      const other = child + 1;
      if (
        other < count &&
        isWorse(scores[other] as number, slots[other] as number, scores[child] as number, slots[child] as number)
      ) {
        child = other;
      }
      if (!isWorse(scores[child] as number, slots[child] as number, score, slot)) break;
      slots[at] = slots[child] as number;
      scores[at] = scores[child] as number;
      at = child;
    }
    slots[at] = slot;
    scores[at] = score;
  }
}

function isWorse(score: number, slot: number, otherScore: number, otherSlot: number): boolean {
  return score < otherScore || (score === otherScore && slot > otherSlot);
}
