// The best of many without sorting all: a heap of the best so far, its worst on top.

/** The items with the highest scores (`itemScores`, one each), best first; equal scores keep the lower item first. At most `limit`. */
export function selectTop(items: Uint32Array, limit: number, itemScores: Float64Array): number[] {
  const size = Math.min(limit, items.length);
  const heap = new Uint32Array(size);
  const scores = new Float64Array(size);
  for (let index = 0; index < items.length && size > 0; index += 1) {
    const item = items[index] as number;
    const score = itemScores[index] as number;
    if (index < size) rise(heap, scores, index, item, score);
    else if (isWorse(scores[0] as number, heap[0] as number, score, item)) sink(heap, scores, item, score);
  }
  const order = Array.from(heap, (item, index) => ({ item, score: scores[index] as number }));
  return order.sort((a, b) => b.score - a.score || a.item - b.item).map(({ item }) => item);
}

function isWorse(score: number, item: number, otherScore: number, otherItem: number): boolean {
  return score < otherScore || (score === otherScore && item > otherItem);
}

/** Puts an item at the end and moves it up to its place. */
function rise(heap: Uint32Array, scores: Float64Array, end: number, item: number, score: number): void {
  let at = end;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (!isWorse(score, item, scores[parent] as number, heap[parent] as number)) break;
    heap[at] = heap[parent] as number;
    scores[at] = scores[parent] as number;
    at = parent;
  }
  heap[at] = item;
  scores[at] = score;
}

/** Replaces the worst and moves the new item down to its place. */
function sink(heap: Uint32Array, scores: Float64Array, item: number, score: number): void {
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= heap.length) break;
    const other = child + 1;
    if (
      other < heap.length &&
      isWorse(scores[other] as number, heap[other] as number, scores[child] as number, heap[child] as number)
    ) {
      child = other;
    }
    if (!isWorse(scores[child] as number, heap[child] as number, score, item)) break;
    heap[at] = heap[child] as number;
    scores[at] = scores[child] as number;
    at = child;
  }
  heap[at] = item;
  scores[at] = score;
}
