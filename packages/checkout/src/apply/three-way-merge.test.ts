import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bytesOf } from "./checkout.fixture.ts";
import { mergeThreeWay } from "./three-way-merge.ts";

function merge(base: string, current: string, next: string, binary = false): string {
  const result = mergeThreeWay(bytesOf(base), bytesOf(current), bytesOf(next), binary);
  return "bytes" in result ? Buffer.from(result.bytes).toString("latin1") : `conflict: ${result.reason}`;
}

describe("mergeThreeWay", () => {
  it.each([
    ["only the change", "a\n", "a\n", "b\n", "b\n"],
    ["only the user", "a\n", "b\n", "a\n", "b\n"],
    ["both the same", "a\n", "b\n", "b\n", "b\n"],
    ["far apart", "1\n2\n3\n4\n5\n", "x\n2\n3\n4\n5\n", "1\n2\n3\n4\ny\n", "x\n2\n3\n4\ny\n"],
    ["top and end", "1\n2\n", "0\n1\n2\n", "1\n2\n3\n", "0\n1\n2\n3\n"],
    ["the same edit among others", "1\n2\n3\n4\n5\n", "x\n2\n3\n4\nz\n", "x\n2\ny\n4\n5\n", "x\n2\ny\n4\nz\n"],
    [
      "CRLF and bytes of no encoding",
      "1\r\n\xff\r\n3\r\n4\r\n",
      "1\r\n\xff\r\n3\r\n\xfe\r\n",
      "\xef\xbb\xbf1\r\n\xff\r\n3\r\n4\r\n",
      "\xef\xbb\xbf1\r\n\xff\r\n3\r\n\xfe\r\n",
    ],
    ["no newline at the end", "1\n2\n3\n4", "x\n2\n3\n4", "1\n2\n3\n4\n", "x\n2\n3\n4\n"],
    ["NUL, one side only", "\0a", "\0a", "\0b", "\0b"],
  ])("%s", (_, base, current, next, expected) => {
    expect(merge(base, current, next)).toBe(expected);
  });

  it.each([
    ["same line", "1\n", "2\n", "3\n", false, "same lines"],
    ["both append", "1\n", "1\n2\n", "1\n3\n", false, "same lines"],
    ["edit of what the other deletes", "1\n2\n3\n", "1\nx\n3\n", "1\n3\n", false, "same lines"],
    ["line endings of some lines", "1\n2\n3\n", "1\r\n2\r\n3\n", "1\nx\n3\n", false, "same lines"],
    ["NUL", "a\n\0\nb\n", "x\n\0\nb\n", "a\n\0\ny\n", false, "is binary"],
    ["said to be binary", "1\n2\n3\n", "x\n2\n3\n", "1\n2\ny\n", true, "is binary"],
    ["too long", "\n".repeat(50_001), `x${"\n".repeat(50_001)}`, `${"\n".repeat(50_001)}y`, false, "too large"],
  ])("conflict: %s", (_, base, current, next, binary, reason) => {
    expect(merge(base, current, next, binary)).toContain(`conflict: `);
    expect(merge(base, current, next, binary)).toContain(reason);
  });

  it.each([
    ["all lines end in CRLF now", "1\n2\n", "1\r\n2\r\n", "1\nx\n", "1\r\nx\r\n"],
    ["and lines were added on both sides", "1\n2\n3\n", "0\r\n1\r\n2\r\n3\r\n", "1\n2\n3\n4", "0\r\n1\r\n2\r\n3\r\n4"],
  ])("keeps the checkout's line endings where %s", (_, base, current, next, expected) => {
    expect(merge(base, current, next)).toBe(expected);
  });

  it("shows every place that does not merge, with what stands there and what was wished", () => {
    const merged = mergeThreeWay(
      bytesOf("1\n2\n3\n4\n"),
      bytesOf("0\nmine\n2\n3\nm\xfc\n"),
      bytesOf("yours\n2\n3\n5\n"),
      false,
    );
    expect(merged).toMatchObject({
      hunks: [
        { startLine: 1, base: ["1"], current: ["0", "mine"], wanted: ["yours"] },
        { startLine: 5, base: ["4"], current: ["m\ufffd"], wanted: ["5"] },
      ],
    });
  });

  it("keeps both sides of any edits that do not meet", () => {
    const line = fc.constantFrom("a\n", "b\r\n", "\n", "\xe9\n");
    const edit = fc.array(line, { maxLength: 3 }).map((lines) => lines.join(""));
    const fence = "-----\n=====\n-----\n";
    const property = fc.property(edit, edit, edit, edit, (top, end, newTop, newEnd) => {
      expect(merge(top + fence + end, newTop + fence + end, top + fence + newEnd)).toBe(newTop + fence + newEnd);
    });
    fc.assert(property, { numRuns: 300 });
  });

  it("is bounded in time on many equal lines", () => {
    const blanks = "\n".repeat(3000);
    const base = `a\n${blanks}b\n${blanks}c\n`;
    const started = performance.now();
    merge(base, base.replace("a", "x").replace("c", "z"), base.replace("b", "y"));
    merge(base, `q\n${blanks}${blanks}`, `${blanks}r\n${blanks}s`);
    expect(performance.now() - started).toBeLessThan(5000);
  });
});
