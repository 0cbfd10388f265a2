import type { IndexedLanguage } from "@outpost/protocol";
import { describe, expect, it } from "vitest";
import { renderLanguages } from "./code.ts";
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
});
