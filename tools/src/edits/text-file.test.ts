import { describe, expect, it } from "vitest";
import { decodeTextFile, encodeTextFile, linesAt, splitLines } from "./text-file.ts";

const bytes = (...parts: (string | number[])[]) =>
  new Uint8Array(parts.flatMap((part) => (typeof part === "string" ? [...new TextEncoder().encode(part)] : part)));

describe("decodeTextFile", () => {
  it.each([
    ["plain", bytes("a\nb\n"), false, "\n"],
    ["byte order mark", bytes([0xef, 0xbb, 0xbf], "a\n"), true, "\n"],
    ["CRLF", bytes("a\r\nb\r\n"), false, "\r\n"],
    ["mostly LF", bytes("a\r\nb\nc\n"), false, "\n"],
    ["both", bytes([0xef, 0xbb, 0xbf], "a\r\n"), true, "\r\n"],
    ["empty", bytes(), false, "\n"],
    ["a replacement character of its own", bytes("\ufffd\n"), false, "\n"],
  ])("%s comes back byte for byte", (_, given, hasBom, lineEnding) => {
    const decoded = decodeTextFile(given);
    if (!decoded.ok) throw new Error(decoded.problem);
    expect(decoded.file).toMatchObject({ hasBom, lineEnding });
    expect(encodeTextFile(decoded.file)).toEqual(given);
  });

  it.each([
    ["latin-1", bytes("a\nb\ncaf", [0xe9], "\n"), "line 3"],
    ["behind a replacement character", bytes("\ufffd\n", [0xff]), "line 2"],
    ["cut in the middle of a character", bytes("a\n", [0xe2, 0x82]), "line 2"],
    ["UTF-16", bytes([0xff, 0xfe, 0x61, 0x00]), "binary"],
    ["NUL bytes", bytes("a", [0], "b"), "binary"],
  ])("%s is refused", (_, given, why) => {
    const decoded = decodeTextFile(given);
    expect(decoded.ok ? "" : decoded.problem).toContain(why);
  });
});

describe("lines", () => {
  it("counts from 1, and a final newline makes no further line", () => {
    expect(splitLines("a\r\nb\n\n")).toEqual(["a", "b", ""]);
    expect(splitLines("")).toEqual([]);
    expect(linesAt("a\nb\n", [0, 1, 2, 3])).toEqual([1, 1, 2, 2]);
  });
});
