// The names of a text for the table of symbols: what it defines and what its code uses. Pure.
import type { BlobOutline } from "@outpost/retrieval";
import type { Language } from "../languages/language.ts";
import { scanNames } from "../languages/scan-names.ts";
import { listSymbols } from "./describe.ts";
import { createLineTable } from "./lines.ts";
import type { Definition } from "./outline.ts";
import { findDefinitionLines } from "./windows.ts";

/** Of one text. The names that come first are kept: what is longer is data. */
const maxNames = 5_000;
const maxSymbols = 5_000;

/** `definitions`: of its syntax; absent: they are found by the shape of lines. */
export function outlineNames(text: string, language: Language, definitions?: readonly Definition[]): BlobOutline {
  const found = definitions ?? findDefinitionLines(createLineTable(text), language.definitionLines ?? []);
  const counts = new Map<string, number>();
  if (language.lexis) {
    scanNames(text, language.lexis, (name) => {
      const count = counts.get(name);
      if (count !== undefined || counts.size < maxNames) counts.set(name, (count ?? 0) + 1);
    });
  }
  return {
    symbols: listSymbols(found).slice(0, maxSymbols),
    names: [...counts.keys()],
    counts: [...counts.values()],
  };
}
