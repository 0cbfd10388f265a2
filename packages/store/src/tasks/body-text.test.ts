import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { readBody, storeBody } from "./body-text.ts";

const long = JSON.stringify({ text: "the same words again, é and 𝄞 and \ud800. ".repeat(200) });

describe("a stored body", () => {
  it.each([
    ["short", '{"type":"task.paused"}', "string"],
    ["long", long, "object"],
    ["long, and of no order", JSON.stringify({ text: randomBytes(4000).toString("base64") }), "string"],
  ])("that is %s is read as it was", (_, json, kind) => {
    const stored = storeBody(json);
    expect(typeof stored).toBe(kind);
    expect(readBody(stored)).toBe(json);
  });

  it("is much smaller where it says the same again and again", () => {
    expect(storeBody(long).length).toBeLessThan(long.length / 10);
  });

  it("that was cut off is an error", () => {
    const stored = storeBody(long) as Uint8Array;
    expect(() => readBody(stored.subarray(0, 40))).toThrow();
  });
});
