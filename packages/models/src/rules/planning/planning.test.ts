import { describe, expect, it } from "vitest";
import type { Intent } from "../instruction/intents.ts";
import { parseInstruction } from "../instruction/parse-instruction.ts";
import { describeIntent } from "./describe-intent.ts";
import { namesOfFiles, scorePaths } from "./score-paths.ts";

const hit = (path: string) => ({ path, startLine: 1, endLine: 9, symbol: "", lines: [] });

describe("a step of a plan", () => {
  const intents: Intent[] = [
    { type: "replace", old: 'say "hi"', new: "bye", file: "src/a.py", everywhere: false },
    { type: "replace", old: "a", new: "b", file: null, everywhere: true },
    { type: "rename", from: "fetch", to: "load", path: null },
    { type: "rename", from: "fetch", to: "load", path: "src" },
    { type: "insert", text: "import os", at: "start", file: "a.py" },
    { type: "insert_at", text: "x = 1", side: "after", anchor: { type: "line", line: 3 }, file: "a.py" },
    { type: "insert_at", text: "x = 1", side: "before", anchor: { type: "text", text: "def f" }, file: "a.py" },
    { type: "create", text: "# Notes", file: "NOTES.md" },
    { type: "remove_lines", from: 2, to: 4, file: "a.py" },
    { type: "remove_text", text: "TODO", wholeLines: true, file: "a.py" },
    { type: "test" },
    { type: "commit", message: "tidy" },
  ];
  it.each(intents)("reads back as what it means: $type", (intent) => {
    expect(parseInstruction(describeIntent(intent))).toEqual({ type: "intents", intents: [intent] });
  });
});

describe("scorePaths", () => {
  it("puts named files first, then those whose path holds the words, then by the rank of the hit", () => {
    const hits = [hit("src/other.py"), hit("src/price_rules.py"), hit("src/unrelated.py")];
    const scored = scorePaths("round the price in stock.py", hits, ["warehouse/stock.py"]);
    const paths = ["warehouse/stock.py", "src/other.py", "src/price_rules.py", "src/unrelated.py"];
    expect(scored.map(({ path }) => path)).toEqual(paths);
  });

  it("finds the names of files, and no sentences", () => {
    expect(namesOfFiles("Mend ./src/a.py and README.md. Then e.g. stop.")).toEqual(["src/a.py", "README.md"]);
  });
});
