// The words that the model was trained on are cut by packages/models/training/tokenizer.py: here both cut the same texts.
import { spawnSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { hasProgram } from "@outpost/testkit";
import { describe, expect, it } from "vitest";
import { Tokenizer } from "./tokenizer.ts";

const training = fileURLToPath(new URL("../../training", import.meta.url));
const modelPath = fileURLToPath(new URL("../../assets/static-code-128/model.json", import.meta.url));

const cutAll = `
import json, sys
sys.path.insert(0, sys.argv[1])
sys.dont_write_bytecode = True
from tokenizer import Tokenizer
cut = Tokenizer(sys.argv[2])
print(json.dumps([cut(text) for text in json.load(sys.stdin)]))
`;

/** The same numbers each time (mulberry32). */
function createChance(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const odd = [
  "ß",
  "K",
  "ı",
  "İ",
  "é",
  "日本",
  "\ud800",
  "\udfff",
  "😀",
  "\0",
  "\u00ad",
  "٣",
  "Ａ",
  "²",
  "\u0301",
  "_",
  "-",
  "<num>",
];

function makeTexts(tokens: readonly string[], count: number): string[] {
  const below = createChance(9);
  const letter = () => String.fromCharCode((below(2) === 0 ? 65 : 97) + below(26));
  const repeat = (times: number, make: () => string) => Array.from({ length: times }, make).join("");
  const pieces = [
    () => tokens[below(tokens.length)] as string,
    () => (tokens[below(tokens.length)] as string).toUpperCase(),
    () => (tokens[below(tokens.length)] as string).replace(/^./, (first) => first.toUpperCase()),
    () => repeat(1 + below(8), letter),
    () => repeat(1 + below(14), () => String(below(10))),
    () => odd[below(odd.length)] as string,
    () => [" ", "", "s", "URLs", "IDs", "\n"][below(6)] as string,
    () => String.fromCharCode(below(0x10000)),
  ];
  const texts = Array.from({ length: count }, () => repeat(1 + below(12), () => (pieces[below(8)] as () => string)()));
  return [...texts, "", "x".repeat(5000), "Ab".repeat(3000), "1".repeat(5000), repeat(20_000, letter)];
}

describe.skipIf(!hasProgram("python3"))("the tokenizer [needs python3]", () => {
  it("cuts any text into the words that training cuts it into", async () => {
    const { tokens, logp } = JSON.parse(await readFile(modelPath, "utf8")) as { tokens: string[]; logp: number[] };
    const texts = makeTexts(tokens, 20_000);
    const python = spawnSync("python3", ["-c", cutAll, training, modelPath], {
      input: JSON.stringify(texts),
      encoding: "utf8",
      maxBuffer: 2 ** 28,
    });
    expect(python.stderr).toBe("");
    const expected: number[][] = JSON.parse(python.stdout);
    const tokenizer = new Tokenizer({ tokens, logProbabilities: logp });
    const found = texts.map((text) => {
      const ids: number[] = [];
      tokenizer.forEachRun(text, (run, from, to) => ids.push(...run.subarray(from, to)));
      return ids;
    });
    expect(expected.flat().length).toBeGreaterThan(100_000);
    expect(found).toEqual(expected);
  }, 60_000);
});
