import { describe, expect, it } from "vitest";
import { createLineTable } from "./lines.ts";

describe("createLineTable", () => {
  it.each([
    ["", 0],
    ["\n", 1],
    ["a", 1],
    ["a\n", 1],
    ["a\nb", 2],
    ["a\r\nb\r\n", 2],
    ["a\n\n", 2],
  ])("counts the lines of %j: %d", (text, count) => {
    expect(createLineTable(text).count).toBe(count);
  });

  it("gives lines with their ends, so that all of them together are the text", () => {
    const lines = createLineTable("one\r\n  two \n\nfour");
    expect(lines.textOf(2, 3)).toBe("  two \n\n");
    expect(lines.textOf(1, 4)).toBe("one\r\n  two \n\nfour");
  });

  it("weighs characters without indentation, trailing space and line ends", () => {
    const lines = createLineTable("one\r\n  two x \n\n\t\nfour");
    expect([1, 2, 3, 4, 5].map((line) => lines.weightOf(line, line))).toEqual([3, 5, 0, 0, 4]);
    expect(lines.weightOf(1, 5)).toBe(12);
    expect(lines.isBlank(3)).toBe(true);
  });

  it("says in which lines characters stand, in any order", () => {
    for (const text of ["", "a", "\n", "ab\n", "a\n\nbc", `${"x\n".repeat(50)}y`, `${"xy\n".repeat(50)}`]) {
      const lines = createLineTable(text);
      const lineOf = (offset: number) => text.slice(0, offset).split("\n").length;
      for (const step of [1, 7, 29]) {
        for (let at = 0; at <= text.length; at++) {
          const start = (at * step) % (text.length + 1);
          expect(lines.linesOf(start, start)).toEqual({ startLine: lineOf(start), endLine: lineOf(start) });
          for (let end = start + 1; end <= text.length; end += 11) {
            expect(lines.linesOf(start, end)).toEqual({ startLine: lineOf(start), endLine: lineOf(end - 1) });
          }
        }
      }
    }
  });
});
