// From a text, and a syntax tree where there is one, to chunks. Pure. Every line is in exactly one chunk; a text without lines has none.
import type { Chunk } from "@outpost/retrieval";
import type { Language } from "../languages/language.ts";
import { markdown } from "../languages/registry.ts";
import { describePieces } from "./describe.ts";
import { createLineTable, type LineTable } from "./lines.ts";
import { chunkMarkdown } from "./markdown.ts";
import type { Definition, Outline } from "./outline.ts";
import { splitTree } from "./split.ts";
import { chunkWindows } from "./windows.ts";

/** Along the tree: functions, methods and classes whole where they fit. */
export function chunkTree({ root, lines, leading, definitions }: Outline): Chunk[] {
  const pieces = splitTree(root, { lines, leading, definitionsBefore: countDefinitions(definitions, lines) });
  return describePieces(pieces, definitions, "block", lines);
}

/** By line: how many definitions that chunks are cut along have their names in the lines up to it. */
function countDefinitions(definitions: readonly Definition[], lines: LineTable): Uint32Array {
  const counts = new Uint32Array(lines.count + 1);
  for (const { kind, nameLine } of definitions) {
    if (kind !== "member" && nameLine <= lines.count) counts[nameLine] = (counts[nameLine] as number) + 1;
  }
  for (let line = 1; line <= lines.count; line++) {
    counts[line] = (counts[line] as number) + (counts[line - 1] as number);
  }
  return counts;
}

/** Without a tree: Markdown by headings, everything else by windows of lines. */
export function chunkText(text: string, language: Language): Chunk[] {
  const lines = createLineTable(text);
  return language === markdown ? chunkMarkdown(lines) : chunkWindows(lines, language.definitionLines);
}
