import { describe, expect, it } from "vitest";
import { makeVisible, stripTerminalSequences } from "./visible-text.ts";

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

describe("stripTerminalSequences", () => {
  it("takes colours, cursor moves and titles away, and nothing else", () => {
    expect(stripTerminalSequences("\x1b[1;31mred\x1b[0m \x1b[2K\x1b]0;title\x07done\x1b(B")).toBe("red done");
    expect(stripTerminalSequences("[31m is text")).toBe("[31m is text");
  });
});
