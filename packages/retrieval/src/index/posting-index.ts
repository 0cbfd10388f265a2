// An inverted index that grows: segments, the newer the smaller, merged when two neighbours are of one size, so that adding n entries
// in any number of batches costs n log n. Slots only ever grow; what is gone is dropped at `compact`.
import { buildSegment, emptySegment, findPostings, mergeSegments, type Postings, type Segment } from "./segment.ts";

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

  /** Calls `visit` with each segment that holds the term and the half-open range of its postings there. */
  forEachRange(term: number, visit: (segment: Segment, from: number, to: number) => void): void {
    for (const segment of this.segments) {
      const range = findPostings(segment, term);
      if (range !== undefined) visit(segment, range.from, range.to);
    }
  }

  /** How many slots hold the term, those that are gone but not yet dropped included. */
  countSlots(term: number): number {
    let count = 0;
    this.forEachRange(term, (_, from, to) => {
      count += to - from;
    });
    return count;
  }

  /** Whether a slot holds the term. */
  holds(term: number, slot: number): boolean {
    let found = false;
    this.forEachRange(term, (segment, from, to) => {
      let low = from;
      let high = to - 1;
      while (low <= high && !found) {
        const middle = (low + high) >>> 1;
        const at = segment.slots[middle] ?? 0;
        if (at === slot) found = true;
        else if (at < slot) low = middle + 1;
        else high = middle - 1;
      }
    });
    return found;
  }

  get postingCount(): number {
    return this.segments.reduce((sum, segment) => sum + segment.slots.length, 0);
  }

  /** Of its arrays. */
  get bytes(): number {
    return this.segments.reduce((sum, segment) => sum + segment.slots.length * 5 + segment.terms.length * 8, 0);
  }
}
