// Cuts a text without a syntax tree into windows of lines, where it can just above a definition. Total and pure: what any file falls
// back to.
import type { Chunk } from "@outpost/retrieval";
import type { DefinitionLine } from "../languages/language.ts";
import { describePieces } from "./describe.ts";
import { chunkLimits } from "./limits.ts";
import type { LineTable } from "./lines.ts";
import type { Definition, Piece } from "./outline.ts";

/** Lines longer than this define nothing and could make a pattern slow. */
const MAX_RULE_CHARACTERS = 400;

export function chunkWindows(lines: LineTable, rules: readonly DefinitionLine[] = []): Chunk[] {
  const definitions = findDefinitionLines(lines, rules);
  const starts = new Set(definitions.map((definition) => definition.nameLine));
  return describePieces(cutWindows(lines, starts), definitions, "window", lines).map((chunk) => ({
    ...chunk,
    kind: "window",
  }));
}

function cutWindows(lines: LineTable, definitionLines: ReadonlySet<number>): Piece[] {
  const pieces: Piece[] = [];
  for (let startLine = 1; startLine <= lines.count; ) {
    const endLine = windowEnd(lines, startLine, definitionLines);
    pieces.push({ startLine, endLine });
    startLine = endLine + 1;
  }
  return pieces;
}

function windowEnd(lines: LineTable, startLine: number, definitionLines: ReadonlySet<number>): number {
  const { windowLines, windowTailLines, windowWeight } = chunkLimits;
  let end = Math.min(startLine + windowLines - 1, lines.count);
  while (end > startLine && lines.weightOf(startLine, end) > windowWeight) end--;
  const isHeavy = end < Math.min(startLine + windowLines - 1, lines.count);
  if (!isHeavy && lines.count - end < windowTailLines && lines.weightOf(startLine, lines.count) <= windowWeight) {
    return lines.count;
  }
  const earliest = startLine + Math.floor((end - startLine + 1) * 0.6);
  for (let line = end; line >= earliest; line--) {
    if (definitionLines.has(line + 1)) return line;
  }
  return end;
}

/** A definition found by its line is taken to last until the next one; what encloses it is not known. */
export function findDefinitionLines(lines: LineTable, rules: readonly DefinitionLine[]): Definition[] {
  if (rules.length === 0) return [];
  const definitions: Definition[] = [];
  for (let line = 1; line <= lines.count; line++) {
    const text = lines.textOf(line, line);
    if (text.length > MAX_RULE_CHARACTERS) continue;
    for (const { kind, pattern } of rules) {
      const name = pattern.exec(text)?.[1];
      if (name === undefined) continue;
      definitions.push({ name, kind, nameLine: line, startLine: line, endLine: line });
      break;
    }
  }
  return definitions;
}
