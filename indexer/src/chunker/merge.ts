// Joins neighbouring pieces that are too small to stand alone. Knows weights and where definitions are named, not what they are.
// Only joins neighbours, so what tiled a region still does.
import { chunkLimits } from "./limits.ts";
import type { LineTable } from "./lines.ts";
import type { Piece } from "./outline.ts";

interface MergeContext {
  lines: LineTable;
  definitionsBefore: Uint32Array;
}

interface Candidate extends Piece {
  weight: number;
  defines: boolean;
  /** Came out of a larger node that was split: joins nothing outside of it, unless one of the two is tiny. */
  isClosed: boolean;
  /** The first piece of a larger node ("class A {", a signature): belongs to what follows; a tiny one never to what is before it. */
  isHeader: boolean;
}

/** `groups`: the pieces of each block of one level, in order; `isInner`: of a node that was split, not of the whole file. */
export function mergePieces(groups: readonly (readonly Piece[])[], isInner: boolean, context: MergeContext): Piece[] {
  const merged: Candidate[] = [];
  for (const group of groups) {
    const isClosed = group.length > 1;
    for (const [index, piece] of group.entries()) {
      const isFirst = (isClosed && index === 0) || (isInner && merged.length === 0);
      const next = describe(piece, isClosed, isFirst, context);
      const last = merged.at(-1);
      if (last && canJoin(last, next)) merged[merged.length - 1] = join(last, next);
      else merged.push(next);
    }
  }
  return merged.map(({ startLine, endLine }) => ({ startLine, endLine }));
}

function describe(piece: Piece, isClosed: boolean, isFirst: boolean, context: MergeContext): Candidate {
  const { startLine, endLine } = piece;
  const { definitionsBefore, lines } = context;
  const defines = definitionsBefore[endLine] !== definitionsBefore[startLine - 1];
  const weight = lines.weightOf(startLine, endLine);
  return { startLine, endLine, weight, defines, isClosed, isHeader: isFirst && weight <= chunkLimits.headerWeight };
}

function canJoin(a: Candidate, b: Candidate): boolean {
  const { maxWeight, mergedDefinitionsWeight, soloWeight, tinyWeight } = chunkLimits;
  const weight = a.weight + b.weight;
  // A larger one is no reason to put a member into a chunk with what encloses it.
  if (a.isHeader && (a.weight <= tinyWeight || !b.defines)) return weight <= maxWeight + 4 * tinyWeight;
  if (b.isHeader && b.weight <= tinyWeight) return false;
  if ([a, b].some((each) => each.weight <= tinyWeight && !each.defines)) return weight <= maxWeight + 2 * tinyWeight;
  if (a.isClosed || b.isClosed) return false;
  if ([a, b].some((each) => each.defines && each.weight >= soloWeight)) return false;
  return weight <= (a.defines || b.defines ? mergedDefinitionsWeight : maxWeight);
}

function join(a: Candidate, b: Candidate): Candidate {
  const weight = a.weight + b.weight;
  return {
    startLine: a.startLine,
    endLine: b.endLine,
    weight,
    defines: a.defines || b.defines,
    isClosed: a.isClosed || b.isClosed,
    isHeader: a.isHeader && weight <= chunkLimits.tinyWeight,
  };
}
