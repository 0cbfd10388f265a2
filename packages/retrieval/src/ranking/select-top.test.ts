import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { selectTop } from "./select-top.ts";

describe("selectTop", () => {
  it("is sorting and cutting, ties by item", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 60 }),
        fc.integer({ min: 0, max: 70 }),
        (scores, limit) => {
          const items = scores.map((_, index) => scores.length - index);
          const scoreOf = (item: number) => scores[scores.length - item] ?? 0;
          const sorted = [...items].sort((a, b) => scoreOf(b) - scoreOf(a) || a - b);
          expect(selectTop(Uint32Array.from(items), limit, Float64Array.from(scores))).toEqual(sorted.slice(0, limit));
        },
      ),
    );
  });
});
