import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TopSlots } from "./top-slots.ts";

describe("TopSlots", () => {
  it("is sorting and cutting, ties by slot, in whatever order they are offered", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 60 }),
        fc.integer({ min: 0, max: 70 }),
        fc.boolean(),
        (scores, limit, isAscending) => {
          const slots = scores.map((_, index) => (isAscending ? index : scores.length - 1 - index));
          const top = new TopSlots(limit);
          let least = Number.NEGATIVE_INFINITY;
          for (const slot of slots) {
            const score = scores[slot] as number;
            if (score >= least) least = top.offer(slot, score);
          }
          const sorted = slots.sort((a, b) => (scores[b] as number) - (scores[a] as number) || a - b);
          expect(top.drain()).toEqual(sorted.slice(0, limit));
        },
      ),
    );
  });
});
