// Lists of candidates as the port promises them: best first, ties by chunk id, each chunk once.
import type { VectorCandidate } from "@outpost/retrieval";

/** `best` is in order already. */
export function addWanted(best: VectorCandidate[], wanted: readonly VectorCandidate[]): VectorCandidate[] {
  const known = new Set(best.map(({ chunkId }) => chunkId));
  const more = wanted.filter(({ chunkId }) => !known.has(chunkId));
  // Two lists in order are soon one.
  return more.length === 0 ? best : [...best, ...more.sort(byScore)].sort(byScore);
}

export function byScore(a: VectorCandidate, b: VectorCandidate): number {
  // Whole numbers: a fraction would be an object of its own for each comparison.
  return a.score > b.score ? -1 : a.score < b.score ? 1 : a.chunkId - b.chunkId;
}
