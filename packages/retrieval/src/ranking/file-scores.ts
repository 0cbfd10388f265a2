// What a candidate's file says for it: how much of it matches, chunk by chunk and as a whole.
import { type Parts, textScore } from "./parts.ts";
import type { RankInput } from "./rank-input.ts";
import { weights } from "./weights.ts";

/**
 * Coherence: the summed text score of a file's candidates, as a share of the best file's. File: its BM25 as one text, as a share of the
 * best one's among the candidates. Neighbour: the better text score of the chunks right before and after. `scored`: by number.
 */
export function addFileScores({ table, lexical, candidates }: RankInput, scored: readonly Parts[]): void {
  const { fileScores: fileBm25 } = lexical;
  const sums = new Map<number, number>();
  let bestSum = 0;
  let bestFile = 0;
  for (const parts of scored) {
    const position = table.entryPosition(parts.slot);
    const sum = (sums.get(position) ?? 0) + textScore(parts);
    sums.set(position, sum);
    bestSum = Math.max(bestSum, sum);
    bestFile = Math.max(bestFile, fileBm25[position] ?? 0);
  }
  for (const parts of scored) {
    const position = table.entryPosition(parts.slot);
    if (bestSum > 0) parts.coherence = (weights.coherence * (sums.get(position) ?? 0)) / bestSum;
    if (bestFile > 0) parts.file = (weights.fileLexical * (fileBm25[position] ?? 0)) / bestFile;
    parts.neighbour =
      weights.neighbours * Math.max(0, textOf(parts.slot - 1, position), textOf(parts.slot + 1, position));
  }

  /** 0 for what is no candidate, and for what is beside it in another file. */
  function textOf(slot: number, position: number): number {
    const number = candidates.numberOf(slot);
    return number < 0 || table.entryPosition(slot) !== position ? 0 : textScore(scored[number] as Parts);
  }
}
