import { describe, expect, it } from "vitest";
import { putLargeTexts, takeLargeTexts } from "./large-texts.ts";

const big = "x".repeat(11);

describe("taking large texts", () => {
  it.each([
    ["at the top", big, []],
    ["in a record", { a: { "b.c": big } }, ["a", "b.c"]],
    ["in a list", [0, [big]], [1, 0]],
    ["under an empty key", { "": big }, [""]],
    ["by bytes, not characters", ["ääääää"], [0]],
    ["as a whole with its pairs", ["\u{1f9ea}\u{1f9ea}\u{1f9ea}"], [0]],
  ])("%s", (_, value, place) => {
    const before = structuredClone(value);
    const { rest, taken } = takeLargeTexts(value, 10);
    expect(taken.map((text) => text.place)).toEqual([place]);
    expect(value).toEqual(before);
    if (place.length === 0) return;
    putLargeTexts(rest, taken);
    expect(rest).toEqual(value);
  });

  it.each([[["x".repeat(10)]], [[`${big}\udc00`]], [[1, null, true, { text: "" }]]])("leaves %j", (value) => {
    expect(takeLargeTexts(value, 10)).toEqual({ rest: value, taken: [] });
  });

  it("keeps keys that records have by nature", () => {
    const value = JSON.parse(`{"__proto__": {"constructor": "${big}"}, "toString": "${big}"}`) as object;
    const { rest, taken } = takeLargeTexts(value, 10);
    const again: unknown = JSON.parse(JSON.stringify(rest));
    putLargeTexts(again, taken);
    expect(JSON.stringify(again)).toBe(JSON.stringify(value));
  });
});

describe("putting a text back", () => {
  it.each([[[]], [["b"]], [["a", "b"]], [["list", 3]], [["toString", "name"]]])("refuses the place %j", (place) => {
    expect(() => putLargeTexts({ a: "", list: [1] }, [{ place, text: big }])).toThrow(/has no place/);
  });
});
