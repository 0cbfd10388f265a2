import { cpuMs } from "@outpost/testkit";
import { describe, expect, it } from "vitest";
import { findNearestLines } from "./nearest-lines.ts";

const file = [
  "import os",
  "",
  "def load(path):",
  "    with open(path) as file:",
  "        return file.read()",
  "",
  "def save(path, text):",
  "    with open(path, 'w') as file:",
  "        file.write(text)",
];

describe("findNearestLines", () => {
  it.each([
    ["a wrong word", "def load(file):\n    with open(file) as f:\n        return f.read()", 3],
    ["other indentation", "  with open(path, 'w') as file:\n    file.write(text)", 8],
    ["one line of it", "def save(path):", 7],
    ["a line in front that is not there", "# saves\ndef save(path, text):\n    with open(path, 'w') as file:", 6],
    ["blank lines around", "\n\n  def load(path):\n", 3],
  ])("finds the place of %s", (_, wanted, startLine) => {
    expect(findNearestLines(file, wanted, 1)[0]?.startLine).toBe(startLine);
  });

  it("knows when only the indentation differs", () => {
    expect(findNearestLines(file, "with open(path) as file:\n  return file.read()", 1)[0]?.onlyIndentation).toBe(true);
    expect(findNearestLines(file, "with open(path) as file:\n  return file.reads()", 1)[0]?.onlyIndentation).toBe(
      false,
    );
  });

  it("shows two places that are as near, apart from each other", () => {
    const lines = ["x = first(1)", "", "y", "x = first(2)", ""];
    expect(findNearestLines(lines, "x = first(3)", 2).map((place) => place.startLine)).toEqual([1, 4]);
    const same = Array.from({ length: 4 }, () => "a line of text");
    expect(findNearestLines(same, "a line of test\na line of test", 2).map((place) => place.startLine)).toEqual([1, 3]);
  });

  it.each([["class Zebra extends Animal"], ["   \n"], [""]])("finds nothing like %j", (wanted) => {
    expect(findNearestLines(file, wanted, 2)).toEqual([]);
  });

  it("is bounded on a large file", () => {
    const lines = Array.from({ length: 50_000 }, (_, index) => `value_${index} = compute(${index})`);
    const cost = cpuMs(() => expect(findNearestLines(lines, "value_77 = computed(77)", 1)[0]?.startLine).toBe(78));
    expect(cost).toBeLessThan(5000);
  });
});
