import { describe, expect, it } from "vitest";
import { makeNameVisible, makeVisible, stripTerminalSequences } from "./visible-text.ts";

describe("makeVisible", () => {
  it.each([
    ["newline and tab stay", "a\n\tb", "a\n\tb"],
    ["CRLF is a newline", "a\r\nb", "a\nb"],
    ["a lone carriage return", "10%\r20%", "10%\\r20%"],
    ["escape", "\x1b[2J", "\\x1b[2J"],
    ["NUL, DEL and C1", "\0\x7f\x9b", "\\x00\\x7f\\x9b"],
    ["text that runs backwards", "a\u202eb\u2066", "a\\u202eb\\u2066"],
    ["letters of the world stay", "naïve 漢字 😀", "naïve 漢字 😀"],
  ])("%s", (_, text, expected) => {
    expect(makeVisible(text)).toBe(expected);
  });
});

describe("makeNameVisible", () => {
  it("keeps a name on one line, and gives what it gave when done twice", () => {
    const shown = makeNameVisible("a\nb\tc\x1b[31m\r\nd");
    expect(shown).toBe("a\\nb\\tc\\x1b[31m\\nd");
    expect(makeNameVisible(shown)).toBe(shown);
  });
});

describe("stripTerminalSequences", () => {
  it("takes colours, cursor moves and titles away, and nothing else", () => {
    expect(stripTerminalSequences("\x1b[1;31mred\x1b[0m \x1b[2K\x1b]0;title\x07done\x1b(B")).toBe("red done");
    expect(stripTerminalSequences("[31m is text")).toBe("[31m is text");
  });
});

describe("what hides or steers", () => {
  it.each([
    ["zero-width characters", "a\u200bb\u2060c\ufeff", "a\\u200bb\\u2060c\\ufeff"],
    ["tags", "x\u{e0041}\u{e0042}", "x\\u{e0041}\\u{e0042}"],
    ["variation selectors beyond the usual", "x\ufe00\u{e0100}", "x\\ufe00\\u{e0100}"],
    ["separators of lines", "a\u2028b\u2029", "a\\u2028b\\u2029"],
    ["soft hyphens and fillers", "a\xadb\u3164\uffa0", "a\\xadb\\u3164\\uffa0"],
    ["a joiner outside of an emoji", "a\u200db", "a\\u200db"],
    ["an emoji of several stays whole", "👩‍💻 👍🏽 ❤️ 👩🏽‍🚀", "👩‍💻 👍🏽 ❤️ 👩🏽‍🚀"],
  ])("%s", (_, text, expected) => {
    expect(makeVisible(text)).toBe(expected);
    expect(makeVisible(expected)).toBe(expected);
  });

  it.each([
    ["a link", "\x1b]8;;http://evil\x1b\\text\x1b]8;;\x1b\\", "text"],
    ["the clipboard", "a\x1b]52;c;ZXZpbA==\x07b", "ab"],
    ["a device string", "a\x1bP1;2|secret\x1b\\b", "ab"],
    ["an application string", "a\x1b_Gpicture\x1b\\b", "ab"],
    ["the forms of C1", "a\x9b31mb\x9d0;title\x9cc\x90x\x9cd", "abcd"],
    ["a cursor move with parts between", "a\x1b[?25 qb", "ab"],
    ["what does not end", "a\x1b]0;never", "a\x1b]0;never"],
  ])("is taken out of output: %s", (_, text, expected) => {
    expect(stripTerminalSequences(text)).toBe(expected);
  });

  it("takes time that grows with the text alone", () => {
    for (const unit of ["\x1b]", "\x1b[", "\x1bP\x1b", "\x9d", "\x1b[0;"]) {
      const started = process.cpuUsage();
      stripTerminalSequences(unit.repeat(200_000));
      expect(process.cpuUsage(started).user).toBeLessThan(10_000_000);
    }
  });
});
