import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { blockShift, SlotScores } from "./slot-scores.ts";

const slots = 300;
const writes = fc.array(fc.record({ slot: fc.nat({ max: slots - 1 }), value: fc.constantFrom(0, 0.25, 0.5, 1, 2) }), {
  maxLength: 40,
});

describe("SlotScores", () => {
  it("knows what was scored and which is best, and nothing of it once it is cleared", () => {
    fc.assert(
      fc.property(writes, writes, fc.nat({ max: 12 }), (first, second, limit) => {
        const found = new SlotScores(slots);
        for (const round of [first, second]) {
          const expected = new Map<number, number>();
          for (const { slot, value } of round) {
            found.values[slot] = (found.values[slot] as number) + value;
            found.touched[slot >>> blockShift] = 1;
            if (value > 0) expected.set(slot, (expected.get(slot) ?? 0) + value);
          }
          const sorted = [...expected].sort(([a, of], [b, other]) => other - of || a - b).map(([slot]) => slot);
          expect([...found.scored()]).toEqual([...expected.keys()].sort((a, b) => a - b));
          expect(found.best(limit)).toEqual(sorted.slice(0, limit));
          found.clear();
          expect([found.scored().length, found.best(1)]).toEqual([0, []]);
        }
      }),
    );
  });
});
