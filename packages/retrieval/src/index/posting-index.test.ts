import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { countSlots, PostingIndex } from "./posting-index.ts";
import { PostingsBuffer } from "./postings-buffer.ts";

type Batches = number[][][];

/** Adds batches of slots, each with its terms; slots are numbered through. */
function build(batches: Batches): { index: PostingIndex; expected: Map<number, number[]> } {
  const index = new PostingIndex();
  const expected = new Map<number, number[]>();
  let slot = 0;
  for (const batch of batches) {
    const buffer = new PostingsBuffer();
    for (const terms of batch) {
      const distinct = [...new Set(terms)];
      buffer.addAll(Uint32Array.from(distinct), new Uint8Array(distinct.length).fill((slot % 250) + 1), slot);
      for (const term of distinct) expected.set(term, [...(expected.get(term) ?? []), slot]);
      slot += 1;
    }
    index.add(buffer.drain());
  }
  return { index, expected };
}

function slotsOf(index: PostingIndex, term: number): number[] {
  const slots: number[] = [];
  for (const range of index.rangesOf(term)) slots.push(...range.slots.subarray(range.from, range.to));
  return slots;
}

const term = fc.integer({ min: 0, max: 0xffffffff });
const batches = fc.array(
  fc.array(fc.array(fc.oneof(fc.integer({ min: 0, max: 20 }), term), { maxLength: 12 }), { maxLength: 8 }),
  {
    maxLength: 12,
  },
);

describe("PostingIndex", () => {
  it("gives every term its slots, ascending, however they were batched", () => {
    fc.assert(
      fc.property(batches, (added) => {
        const { index, expected } = build(added);
        for (const [key, slots] of expected) {
          expect(slotsOf(index, key)).toEqual(slots);
          expect(countSlots(index.rangesOf(key))).toBe(slots.length);
          expect(index.holds(key, slots[0] ?? -1)).toBe(true);
          expect(index.holds(key, 9999)).toBe(false);
        }
      }),
    );
  });

  it("drops and renumbers slots when compacted", () => {
    fc.assert(
      fc.property(batches, fc.integer({ min: 1, max: 5 }), (added, every) => {
        const { index, expected } = build(added);
        const slots = added.flat().length;
        const renumber = new Int32Array(slots).fill(-1);
        let next = 0;
        for (let slot = 0; slot < slots; slot += 1) if (slot % every === 0) renumber[slot] = next++;
        index.compact(renumber);
        for (const [key, before] of expected) {
          expect(slotsOf(index, key)).toEqual(before.map((slot) => renumber[slot] ?? -1).filter((slot) => slot >= 0));
        }
      }),
    );
  });

  it("sorts a large batch as it sorts a small one", () => {
    const slots = Array.from({ length: 3000 }, (_, slot) =>
      [1, 2, 3, 4].map((key) => Math.imul(slot % 700, key * 0x9e3779b1) >>> 0),
    );
    const { index, expected } = build([slots]);
    expect(index.postingCount).toBeGreaterThan(8192);
    for (const [key, found] of expected) expect(slotsOf(index, key)).toEqual(found);
  });

  it("keeps frequencies with their slots", () => {
    const { index } = build([[[1, 2], [2]], [[2]]]);
    const frequencies = index.rangesOf(2).map((range) => [...range.frequencies.subarray(range.from, range.to)]);
    expect(frequencies.flat()).toEqual([1, 2, 3]);
  });
});
