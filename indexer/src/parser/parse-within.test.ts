import { describe, expect, it } from "vitest";
import { getLanguage } from "../languages/registry.ts";
import { loadNativeGrammar } from "./native-grammar.ts";
import { parseWithin, patience } from "./parse-within.ts";
import { loadWasmGrammar } from "./wasm-grammar.ts";

function work(ms: number): void {
  const before = process.cpuUsage();
  while (process.cpuUsage(before).user < ms * 1000);
}

function wait(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

describe("the time a text may be parsed", () => {
  it("is the processor's: what other programs take of the clock does not count", () => {
    let slices = 0;
    const parse = () => {
      wait(30);
      slices += 1;
      return slices === 4 ? "tree" : null;
    };
    expect(parseWithin(100, parse)).toBe("tree");
  });

  it("ends", () => {
    let slices = 0;
    const parse = (cost: (ms: number) => void) => () => {
      cost(20);
      slices += 1;
      return null;
    };
    expect(parseWithin(50, parse(work))).toBeNull();
    expect(slices).toBeLessThanOrEqual(3);
    slices = 0;
    expect(parseWithin(20, parse(wait))).toBeNull();
    expect(slices).toBeLessThanOrEqual(patience);
  });

  it.each([
    ["native", loadNativeGrammar],
    ["wasm", loadWasmGrammar],
  ])("goes on where a slice of it ended: %s", async (_, load) => {
    const { grammar } = getLanguage("python");
    if (!grammar) throw new Error("no grammar");
    const functions = 100_000;
    // A slice is a tenth of it, which is less than this text takes.
    const { parse } = await load(grammar, 4_000);
    const root = parse("def name(value):\n    return value + 1\n\n\n".repeat(functions));
    expect(root).toMatchObject({ hasError: false, childCount: functions });
  });
});
