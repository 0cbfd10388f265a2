// One immutable piece of an inverted index: terms ascending, and for each the slots that hold it, ascending, with frequencies.
// Flat typed arrays: five bytes a posting and eight a term, nothing for the garbage collector to walk.

export interface Segment {
  terms: Uint32Array;
  /** terms.length + 1; the postings of term i are offsets[i] to offsets[i + 1], half-open. */
  offsets: Uint32Array;
  slots: Uint32Array;
  frequencies: Uint8Array;
}

/** Postings in the order of their slots, terms in any order. */
export interface Postings {
  terms: Uint32Array;
  slots: Uint32Array;
  frequencies: Uint8Array;
}

/** Where the postings of one term lie in one segment, half-open. */
export interface PostingRange {
  slots: Uint32Array;
  frequencies: Uint8Array;
  from: number;
  to: number;
}

/** Below this a comparison sort is faster than the buckets of a radix sort. */
const smallBatch = 8192;

/** Groups postings by term, keeping the slots' order within each. */
export function buildSegment(postings: Postings): Segment {
  const { length } = postings.terms;
  const order = length < smallBatch ? comparedOrder(postings.terms) : radixOrder(postings.terms);
  const slots = new Uint32Array(length);
  const frequencies = new Uint8Array(length);
  const terms: number[] = [];
  const offsets: number[] = [];
  let last = -1;
  for (let index = 0; index < length; index += 1) {
    const from = order[index] ?? 0;
    const term = postings.terms[from] ?? 0;
    if (term !== last) {
      terms.push(term);
      offsets.push(index);
      last = term;
    }
    slots[index] = postings.slots[from] ?? 0;
    frequencies[index] = postings.frequencies[from] ?? 0;
  }
  offsets.push(length);
  return { terms: Uint32Array.from(terms), offsets: Uint32Array.from(offsets), slots, frequencies };
}

function comparedOrder(keys: Uint32Array): Uint32Array {
  const order = Uint32Array.from({ length: keys.length }, (_, index) => index);
  return order.sort((a, b) => (keys[a] ?? 0) - (keys[b] ?? 0) || a - b);
}

/** A stable sort in two passes of 16 bits. */
function radixOrder(keys: Uint32Array): Uint32Array {
  let order = Uint32Array.from({ length: keys.length }, (_, index) => index);
  for (const shift of [0, 16]) {
    const starts = new Uint32Array(65_537);
    for (const key of keys) starts[((key >>> shift) & 0xffff) + 1] = (starts[((key >>> shift) & 0xffff) + 1] ?? 0) + 1;
    for (let bucket = 0; bucket < 65_536; bucket += 1)
      starts[bucket + 1] = (starts[bucket + 1] ?? 0) + (starts[bucket] ?? 0);
    const next = new Uint32Array(keys.length);
    for (const index of order) {
      const bucket = ((keys[index] ?? 0) >>> shift) & 0xffff;
      const at = starts[bucket] ?? 0;
      next[at] = index;
      starts[bucket] = at + 1;
    }
    order = next;
  }
  return order;
}

/** Undefined when the segment does not hold the term. Terms are hashes, evenly spread, so that most are found near where they should be. */
export function findPostings({ terms, offsets, slots, frequencies }: Segment, term: number): PostingRange | undefined {
  let low = 0;
  let high = terms.length - 1;
  for (let step = 0; low <= high; step += 1) {
    const at = step % 2 === 0 ? likelyPlace(terms, low, high, term) : (low + high) >>> 1;
    const found = terms[at] as number;
    if (found === term) return { slots, frequencies, from: offsets[at] as number, to: offsets[at + 1] as number };
    if (found < term) low = at + 1;
    else high = at - 1;
  }
  return undefined;
}

/** Between `low` and `high`, inclusive; every other step halves what is left, whatever the terms are. */
function likelyPlace(terms: Uint32Array, low: number, high: number, term: number): number {
  const first = terms[low] as number;
  const last = terms[high] as number;
  if (term <= first) return low;
  if (term >= last) return high;
  return low + Math.floor(((term - first) / (last - first)) * (high - low));
}

/**
 * One segment out of two, where every slot of `first` is below every slot of `second`. `renumber` gives each slot its new number, -1
 * for one that is gone; it must keep the order.
 */
export function mergeSegments(first: Segment, second: Segment, renumber?: Int32Array): Segment {
  const capacity = first.slots.length + second.slots.length;
  const slots = new Uint32Array(capacity);
  const frequencies = new Uint8Array(capacity);
  const terms = new Uint32Array(first.terms.length + second.terms.length);
  const offsets = new Uint32Array(terms.length + 1);
  let termCount = 0;
  let length = 0;
  const copy = (segment: Segment, index: number) => {
    const to = segment.offsets[index + 1] ?? 0;
    for (let at = segment.offsets[index] ?? 0; at < to; at += 1) {
      const slot = segment.slots[at] ?? 0;
      const renumbered = renumber === undefined ? slot : (renumber[slot] ?? -1);
      if (renumbered < 0) continue;
      slots[length] = renumbered;
      frequencies[length] = segment.frequencies[at] ?? 0;
      length += 1;
    }
  };
  let left = 0;
  let right = 0;
  while (left < first.terms.length || right < second.terms.length) {
    const leftTerm = first.terms[left] ?? Number.POSITIVE_INFINITY;
    const rightTerm = second.terms[right] ?? Number.POSITIVE_INFINITY;
    const start = length;
    if (leftTerm <= rightTerm) copy(first, left++);
    if (rightTerm <= leftTerm) copy(second, right++);
    if (length === start) continue;
    terms[termCount] = Math.min(leftTerm, rightTerm);
    offsets[termCount] = start;
    termCount += 1;
  }
  offsets[termCount] = length;
  return {
    terms: terms.slice(0, termCount),
    offsets: offsets.slice(0, termCount + 1),
    slots: slots.slice(0, length),
    frequencies: frequencies.slice(0, length),
  };
}

export const emptySegment: Segment = {
  terms: new Uint32Array(0),
  offsets: new Uint32Array(1),
  slots: new Uint32Array(0),
  frequencies: new Uint8Array(0),
};
