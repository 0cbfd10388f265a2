import { describe, expect, it } from "vitest";
import { cutLine, fitHeadAndTail, fitList, takeAround, takeHead, takeTail } from "./fit.ts";

describe("takeAround", () => {
  const lines = Array.from({ length: 100 }, (_, index) => `line ${index}`);
  it.each([
    ["all that fits", 90, 10_000, 0, 100],
    ["from the first where the line is well among them", 3, 80, 0, 11],
    ["from above the line", 50, 80, 48, 10],
    ["further up where the end leaves room", 98, 80, 90, 10],
    ["nothing where nothing fits", 50, 3, 48, 0],
  ])("takes %s", (_, at, limit, from, count) => {
    const taken = takeAround(lines, at, limit);
    expect([taken.from, taken.shown.length]).toEqual([from, count]);
    expect(taken.shown).toEqual(lines.slice(from, from + count));
  });
});

describe("fitHeadAndTail", () => {
  it("leaves a text alone that fits", () => {
    expect(fitHeadAndTail("abc", 3, "read on")).toBe("abc");
  });

  it("keeps whole lines of both ends and counts what is missing", () => {
    const text = Array.from({ length: 1000 }, (_, index) => `line ${index + 1}`).join("\n");
    const fitted = fitHeadAndTail(text, 400, "use grep_code");
    expect(fitted.length).toBeLessThanOrEqual(400);
    expect(fitted.startsWith("line 1\nline 2\n")).toBe(true);
    expect(fitted.endsWith("line 999\nline 1000")).toBe(true);
    const shown = fitted.split("\n").filter((line) => line.startsWith("line ")).length;
    expect(fitted).toContain(`[… ${1000 - shown + 1} lines`);
    expect(fitted).toContain("use grep_code]");
  });

  it.each([10, 100, 101, 333, 5000])("stays under %d characters, whatever the text", (limit) => {
    for (const text of ["x".repeat(10_000), "😀".repeat(5000), "\n".repeat(9000), `${"a".repeat(9000)}\n`]) {
      const fitted = fitHeadAndTail(text, limit, "more");
      expect(fitted.length).toBeLessThanOrEqual(Math.max(limit, 100));
      expect(fitted).not.toMatch(/\p{Surrogate}/u);
    }
  });
});

describe("fitList", () => {
  it("says how much is missing", () => {
    const lines = Array.from({ length: 100 }, (_, index) => `item ${index}`);
    const fitted = fitList("100 items", lines, 300, "narrow it");
    expect(fitted.length).toBeLessThanOrEqual(300);
    const shown = fitted.split("\n").length - 2;
    expect(fitted).toContain(`[… ${100 - shown} more; narrow it]`);
    expect(fitList("2 items", ["a", "b"], 300, "narrow it")).toBe("2 items\na\nb");
  });
});

describe("cuts", () => {
  it("never halve a character", () => {
    expect(takeHead("a😀b", 2)).toBe("a");
    expect(takeTail("a😀b", 2)).toBe("b");
    expect(takeHead("a😀b", 3)).toBe("a😀");
    expect(cutLine("abcdef", 4)).toBe("abcd… (+2 characters)");
    expect(takeTail("abc", 0)).toBe("");
  });
});
