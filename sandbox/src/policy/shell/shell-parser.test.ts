import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { loadShellTreeReader } from "./second-opinion.ts";
import { loadNativeParser, loadWasmParser } from "./shell-parser.ts";

const wasm = await loadShellTreeReader(loadWasmParser);
const native = await loadShellTreeReader(loadNativeParser).catch(() => undefined);

const pieces = [
  "ls",
  "-l",
  "'a b'",
  '"c $d"',
  "A=1",
  "$(",
  ")",
  "`",
  "|",
  "&&",
  ";",
  ">",
  "<<",
  "{",
  "}",
  "if",
  "fi",
  "\\",
  "\n",
  " ",
  "é",
  "#",
];

describe("the grammar of bash as WebAssembly", () => {
  it.each([
    [
      "make test && rg 'a b' src/",
      {
        literal: [
          ["make", "test"],
          ["rg", "a b", "src/"],
        ],
        found: [
          ["make", "test"],
          ["rg", "a b", "src/"],
        ],
      },
    ],
    ['A=1 ls "c" > out', { literal: [["A=1", "ls", "c"]], found: [["A=1", "ls", "c"]] }],
    ["for f in x; do rm -rf y; done", { literal: null, found: [["rm", "-rf", "y"]] }],
    ["echo $(id)", { literal: null, found: [["id"]] }],
    ["ls 'open", { literal: null, found: [["ls"]] }],
  ])("reads %s", (line, tree) => {
    expect(wasm(line)).toEqual(tree);
  });

  it.skipIf(native === undefined)("makes the same of every line as native code [needs its native build]", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 12 }), (words) => {
        const line = words.join(words.length % 2 === 0 ? " " : "");
        const [tree, nativeTree] = [wasm(line), native?.(line)];
        expect(tree.literal).toBeOneOf([nativeTree?.literal, null]);
        // beyond ASCII it understands less, and says so
        if (!line.includes("é")) expect(tree).toEqual(nativeTree);
      }),
      { numRuns: process.env["OUTPOST_FULL"] === "1" ? 50_000 : 2000 },
    );
  });
});
