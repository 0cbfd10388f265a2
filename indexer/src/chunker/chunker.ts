// From a text, and a syntax tree where there is one, to chunks. Pure. Every line is in exactly one chunk; a text without lines has none.
import type { Chunk } from "@outpost/retrieval";
import type { Language } from "../languages/language.ts";
import { markdown } from "../languages/registry.ts";
import { describePieces } from "./describe.ts";
import { createLineTable } from "./lines.ts";
import { chunkMarkdown } from "./markdown.ts";
import type { Outline } from "./outline.ts";
import { splitTree } from "./split.ts";
import { chunkWindows } from "./windows.ts";

/** Along the tree: functions, methods and classes whole where they fit. */
export function chunkTree(text: string, outline: Outline): Chunk[] {
  const lines = createLineTable(text);
  const cutAlong = outline.definitions.filter(({ kind }) => kind !== "member");
  const definitionLines = new Set(cutAlong.map((definition) => definition.nameLine));
  const pieces = splitTree(outline.root, {
    lines,
    leading: outline.leading,
    isDefinitionLine: (line) => definitionLines.has(line),
  });
  return describePieces(pieces, outline.definitions, "block", lines);
}

/** Without a tree: Markdown by headings, everything else by windows of lines. */
export function chunkText(text: string, language: Language): Chunk[] {
  const lines = createLineTable(text);
  return language === markdown ? chunkMarkdown(lines) : chunkWindows(lines, language.definitionLines);
}
