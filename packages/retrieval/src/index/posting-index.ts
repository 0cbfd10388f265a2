// An inverted index that grows: segments, the newer the smaller, merged when two neighbours are of one size, so that adding n entries
// in any number of batches costs n log n. Slots only ever grow; what is gone is dropped at `compact`.
import {
  buildSegment,
  emptySegment,
  findPostings,
  mergeSegments,
  type PostingRange,
  type Postings,
  type Segment,
} from "./segment.ts";

export class PostingIndex {
  private segments: Segment[] = [];

  /** Slots of the batch are above all that were added before. */
  add(postings: Postings): void {
    if (postings.terms.length === 0) return;
    this.segments.push(buildSegment(postings));
    for (;;) {
      const newest = this.segments.at(-1);
      const older = this.segments.at(-2);
      if (newest === undefined || older === undefined || older.slots.length > newest.slots.length * 2) return;
      this.segments.splice(-2, 2, mergeSegments(older, newest));
    }
  }

  /** Makes one segment with new slot numbers; -1 drops a slot. The order of slots must stay. */
  compact(renumber: Int32Array): void {
    const all = this.segments.reduce((merged, segment) => mergeSegments(merged, segment), emptySegment);
    this.segments = [mergeSegments(all, emptySegment, renumber)];
  }

  /** Where the term's postings lie; their slots ascend from one range to the next. */
  rangesOf(term: number): PostingRange[] {
    const ranges: PostingRange[] = [];
    for (const segment of this.segments) {
      const range = findPostings(segment, term);
      if (range !== undefined) ranges.push(range);
    }
    return ranges;
  }

  /** Whether a slot holds the term. */
  holds(term: number, slot: number): boolean {
    return this.rangesOf(term).some((range) => hasSlot(range, slot));
  }

  get postingCount(): number {
    return this.segments.reduce((sum, segment) => sum + segment.slots.length, 0);
  }

  /** Of its arrays. */
  get bytes(): number {
    return this.segments.reduce((sum, segment) => sum + segment.slots.length * 5 + segment.terms.length * 8, 0);
  }
}

/** How many slots there are, those that are gone but not yet dropped included. */
export function countSlots(ranges: readonly PostingRange[]): number {
  let count = 0;
  for (const { from, to } of ranges) count += to - from;
  return count;
}

export function hasSlot({ slots, from, to }: PostingRange, slot: number): boolean {
  let low = from;
  let high = to - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const found = slots[middle] as number;
    if (found === slot) return true;
    if (found < slot) low = middle + 1;
    else high = middle - 1;
  }
  return false;
}
