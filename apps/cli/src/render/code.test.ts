import type { CodeSymbol, Coverage, IndexedLanguage } from "@outpost/protocol";
import { describe, expect, it } from "vitest";
import {
  renderExplanation,
  renderLanguages,
  renderMap,
  renderReferences,
  renderRelated,
  renderSymbols,
} from "./code.ts";
import { createPaint } from "./paint.ts";

const paint = createPaint({ isTTY: false } as NodeJS.WriteStream);

describe("what is known of the code, for a person", () => {
  it("groups languages by level and by what reads them, and says why one is read by lines", () => {
    const of = (name: string, level: IndexedLanguage["level"], by: IndexedLanguage["by"]): IndexedLanguage => {
      return { name, extensions: [], level, by, hasReferences: true, problem: null };
    };
    const languages = [
      of("python", "definitions", "native"),
      of("kotlin", "definitions", "wasm"),
      { ...of("swift", "symbols", "lines"), problem: "the grammar of swift cannot be loaded" },
      of("json", "lines", "lines"),
    ];
    expect(renderLanguages(languages, paint).split("\n")).toEqual([
      "definitions: definitions with their extent, by grammar",
      "  native: python",
      "  wasm: kotlin",
      "",
      "symbols: definitions by the shape of their line",
      "  lines: swift",
      "    the grammar of swift cannot be loaded",
      "",
      "lines: windows of lines",
      "  lines: json",
    ]);
  });

  const coverage: Coverage = {
    ...{
      state: "ready",
      files: 1,
      chunks: 1,
      skippedFiles: 0,
      indexedAtMs: 0,
      staleFiles: 2,
      freshness: "on_request",
      notes: [],
    },
  };
  const open: CodeSymbol = {
    ...{ name: "open", kind: "method", path: "src/store.py", language: "python" },
    ...{ line: 4, startLine: 4, endLine: 9, container: "Store" },
  };
  const reference = { path: "src/main.py", line: 3, text: "store.open()\u001b[31m", within: "main" };
  const test = { path: "tests/test_store.py", names: ["open"], weight: 1 };

  it("keeps each place on its line, whatever its path or name holds", () => {
    const odd = { ...open, path: "src/a\nsrc/b.py", name: "open\tit" };
    const [line, ...more] = renderSymbols({ items: [odd], total: 1, coverage }, paint).split("\n");
    expect(line).toBe("src/a\\nsrc/b.py:4-9 method Store.open\\tit");
    expect(more).toHaveLength(1);
  });

  it("shows definitions and references, nothing that moves the cursor, and what the index lacks", () => {
    const symbols = renderSymbols({ items: [open], total: 3, coverage }, paint).split("\n");
    expect(symbols[0]).toBe("src/store.py:4-9 method Store.open");
    expect(symbols[1]).toBe("3 definitions, 1 of them shown; index ready, 2 changed since (outpost index)");
    const found = { name: "open", definitions: [open], items: [reference], totalFiles: 1, isCut: false, coverage };
    const references = renderReferences(found, paint);
    expect(references).toContain("src/main.py:3 in main  store.open()");
    expect(references).toContain("1 line in 1 file, by spelling");
    expect(references).not.toContain("\u001b");
    expect(renderReferences({ ...found, items: [] }, paint)).toContain("no code uses that name");
  });

  it("shows a map, what a path is, and what is related", () => {
    const file = { path: "src/store.py", language: "python", rank: 1, symbols: [open] };
    const map = {
      text: "src/store.py\n  4 method Store.open",
      files: [file],
      omittedFiles: 3,
      estimatedTokens: 12,
      coverage,
    };
    expect(renderMap(map, paint).split("\n").slice(0, 2)).toEqual(["src/store.py", "  4 method Store.open"]);
    expect(renderMap({ ...map, files: [], text: "" }, paint)).toContain("no definitions");
    const explained = renderExplanation(
      {
        ...{ path: "", kind: "directory", languages: { python: 2 }, pathKinds: [], symbols: [open], totalSymbols: 1 },
        ...{ children: [{ path: "src/", files: 2, symbols: 1 }], entryPoints: [{ symbol: open, usedByFiles: 2 }] },
        ...{ dependents: [], dependencies: [], tests: [test], coverage },
      },
      paint,
    );
    expect(explained.split("\n").slice(0, -1)).toEqual([
      "the repository: directory; 2 python; 1 definition",
      ...["holds", "  src/  2 files, 1 definition"],
      ...["most used", "  src/store.py:4-9 method Store.open"],
      ...["entry points", "  src/store.py:4-9 method Store.open used in 2 files"],
      ...["tests", "  tests/test_store.py open"],
    ]);
    const cut = renderExplanation(
      {
        ...{
          path: "src",
          kind: "directory",
          languages: { text: 1, python: 9 },
          pathKinds: [],
          symbols: [open],
          totalSymbols: 40,
        },
        ...{
          children: [
            { path: "src/a.py", files: 1, symbols: 1 },
            { path: "src/b/", files: 2, symbols: 1 },
          ],
          entryPoints: [],
        },
        ...{ dependents: [], dependencies: [], tests: [], coverage },
      },
      paint,
    );
    expect(cut).toContain("src: directory; 9 python, 1 text; 40 definitions\nholds\n");
    expect(cut).toContain("  src/b/  2 files, 1 definition\n  … 7 more files (-n)\nmost used\n");
    const similar = [{ path: "src/b.py", startLine: 1, endLine: 2, symbol: null, score: 1 }];
    const related = { symbol: open, uses: [open], usedBy: [reference], similar, tests: [test], coverage };
    expect(renderRelated(related, paint)).toContain("resembles\n  src/b.py:1-2\ntests\n  tests/test_store.py open");
    expect(renderRelated({ ...related, symbol: null }, paint)).toMatch(/^that line is in no definition\n/);
  });
});
