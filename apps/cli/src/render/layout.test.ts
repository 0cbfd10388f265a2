import { describe, expect, it } from "vitest";
import { age, clip, count, fitLine, oneLine, seconds, wrap } from "./layout.ts";

describe("clip", () => {
  it.each([
    ["fits", 4, "fits"],
    ["too long", 4, "too…"],
    ["ünïcödé 𝒳𝒴𝒵", 9, "ünïcödé …"],
    ["anything", Number.POSITIVE_INFINITY, "anything"],
    ["nothing", 0, "…"],
    ["\u001b[1mbold\u001b[22m and more", 8, "\u001b[1mbold\u001b[22m an…"],
    ["\u001b[1mbold\u001b[22m", 3, "\u001b[1mbo…\u001b[22m"],
  ])("%j to %d", (text, columns, expected) => expect(clip(text, columns)).toBe(expected));
});

describe("wrap", () => {
  it.each([
    ["breaks at words", "one two three", 8, "one two\nthree"],
    ["keeps the breaks there are", "one\n\ntwo", 8, "one\n\ntwo"],
    ["leaves code whole", "say:\n    a = very_long(call)", 8, "say:\n    a = very_long(call)"],
    ["goes on below an item of a list", "- one two three", 8, "- one\n  two\n  three"],
    ["lets a long word stand out", "a incomprehensible b", 8, "a\nincomprehensible\nb"],
    ["does nothing without a terminal", "one two three", Number.POSITIVE_INFINITY, "one two three"],
    ["counts no colours", "\u001b[1mone\u001b[22m two three", 8, "\u001b[1mone\u001b[22m two\nthree"],
  ])("%s", (_what, text, columns, expected) => expect(wrap(text, columns)).toBe(expected));
});

describe("fitLine", () => {
  const prose = "one two three four five six seven eight nine";
  it.each([
    ["leaves what fits", "  one two", 9, "  one two"],
    ["goes on deeper than it began", `  ${prose}`, 36, "  one two three four five six\n    seven eight nine"],
    ["goes on deeper than the margin", prose, 40, "one two three four five six seven\n  eight nine"],
    ["does nothing without a terminal", prose, Number.POSITIVE_INFINITY, prose],
  ])("%s", (_what, line, columns, expected) => {
    expect(fitLine(line, columns)).toBe(expected);
    for (const row of fitLine(line, columns).split("\n")) expect(row.length).toBeLessThanOrEqual(columns);
  });
});

it("makes one line of white space of any kind", () => expect(oneLine(" a\n\tb  c\r\n")).toBe("a b c"));

it.each([
  [0, "file", "0 files"],
  [1, "file", "1 file"],
  [1, "repository", "1 repository"],
  [3, "repository", "3 repositories"],
  [180, "day", "180 days"],
  [12345, "chunk", "12,345 chunks"],
])("counts %d %s", (number, noun, expected) => expect(count(number, noun)).toBe(expected));

it.each([
  [40, "0.0 s"],
  [1250, "1.3 s"],
  [59_999, "60.0 s"],
  [61_000, "1 min 1 s"],
])("writes %d ms", (durationMs, expected) => expect(seconds(durationMs)).toBe(expected));

it.each([
  [0, "just now"],
  [9, "9 s ago"],
  [60, "1 min ago"],
  [7199, "1 h ago"],
  [3 * 86_400, "3 d ago"],
  [-5, "just now"],
])("says how long ago %d s are", (passed, expected) => expect(age(1000, 1000 + passed * 1000)).toBe(expected));
