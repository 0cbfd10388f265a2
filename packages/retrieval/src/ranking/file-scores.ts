// What a candidate's file says for it: how much of it matches, chunk by chunk and as a whole.
import type { ChunkTable } from "../index/chunk-table.ts";
import { type Parts, textScore } from "./parts.ts";
import { weights } from "./weights.ts";

/**
 * Coherence: the summed text score of a file's candidates, as a share of the best file's. File: its BM25 as one text, as a share of the
 * best one's among the candidates. Neighbour: the better text score of the chunks right before and after.
 */
export function addFileScores(table: ChunkTable, fileBm25: Float32Array, scored: readonly Parts[]): void {
  const sums = new Map<number, number>();
  const texts = new Map<number, number>();
  let bestSum = 0;
  let bestFile = 0;
  for (const parts of scored) {
    const position = table.entryPosition(parts.slot);
    const text = textScore(parts);
    const sum = (sums.get(position) ?? 0) + text;
    sums.set(position, sum);
    texts.set(parts.slot, text);
    bestSum = Math.max(bestSum, sum);
    bestFile = Math.max(bestFile, fileBm25[position] ?? 0);
  }
  for (const parts of scored) {
    const position = table.entryPosition(parts.slot);
    if (bestSum > 0) parts.coherence = (weights.coherence * (sums.get(position) ?? 0)) / bestSum;
    if (bestFile > 0) parts.file = (weights.fileLexical * (fileBm25[position] ?? 0)) / bestFile;
    const textBeside = (slot: number) => (table.entryPosition(slot) === position ? (texts.get(slot) ?? 0) : 0);
    parts.neighbour = weights.neighbours * Math.max(0, textBeside(parts.slot - 1), textBeside(parts.slot + 1));
  }
}
