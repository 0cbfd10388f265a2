import { PassThrough } from "node:stream";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createPaint, patchText, printable } from "./paint.ts";

function stream(isTTY: boolean, columns?: number): NodeJS.WriteStream {
  return Object.assign(new PassThrough(), { isTTY, columns }) as unknown as NodeJS.WriteStream;
}

afterEach(() => vi.unstubAllEnvs());

describe("colours", () => {
  it.each([
    ["in a terminal", true, {}, true],
    ["not in a pipe", false, {}, false],
    ["not with NO_COLOR", true, { NO_COLOR: "1" }, false],
    ["not in a dumb terminal", true, { TERM: "dumb" }, false],
    ["in a pipe with FORCE_COLOR", false, { FORCE_COLOR: "1" }, true],
    ["not with FORCE_COLOR=0", false, { FORCE_COLOR: "0" }, false],
    ["NO_COLOR is stronger", false, { FORCE_COLOR: "1", NO_COLOR: "1" }, false],
  ])("%s", (_when, isTTY, env, expected) => {
    const surroundings = { NO_COLOR: "", FORCE_COLOR: "", TERM: "xterm", ...env };
    for (const [name, value] of Object.entries(surroundings)) vi.stubEnv(name, value);
    expect(createPaint(stream(isTTY))("red", "x")).toBe(expected ? "\u001b[31mx\u001b[39m" : "x");
  });
});

it("knows the columns of a terminal as they are now, and none of a pipe", () => {
  const terminal = stream(true, 70);
  const paint = createPaint(terminal);
  expect(paint.columns).toBe(70);
  terminal.columns = 50;
  expect(paint.columns).toBe(50);
  expect(createPaint(stream(false)).columns).toBe(Number.POSITIVE_INFINITY);
});

it.each([
  ["\u001b[2J", "\\x1b[2J"],
  ["a\u202eb", "a\\u202eb"],
  ["\u009b1m\u0007", "\\x9b1m\\x07"],
  ["two\n\tlines", "two\n\tlines"],
])("disarms %j", (text, expected) => expect(printable(text)).toBe(expected));

it("leaves a patch as it is for a pipe, and disarms it on a terminal", () => {
  const patch = "+a \u001b]0;x\u0007\r\n";
  expect(patchText(patch, false)).toBe("+a \u001b]0;x\u0007\r");
  expect(patchText(patch, true)).toBe("+a \\x1b]0;x\\x07\\r");
});
