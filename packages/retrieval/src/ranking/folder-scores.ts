// What a candidate's folder says for it, for long texts: an issue names things of many places in passing, but one of them is its subject.
import type { ChunkTable } from "../index/chunk-table.ts";
import type { ParsedQuery } from "../query/parse-query.ts";
import { type Parts, textScore } from "./parts.ts";
import { weights } from "./weights.ts";

/** The summed text score of the candidates in the same folder, as a share of the best folder's; the longer the text the more of it. */
export function addFolderScores(table: ChunkTable, query: ParsedQuery, scored: readonly Parts[]): void {
  const weight = weights.folder * (1 - query.brevity);
  if (weight === 0) return;
  const folders = scored.map(({ slot }) => folderOf(table.entryAt(slot).path));
  const sums = new Map<string, number>();
  for (const [index, folder] of folders.entries()) {
    sums.set(folder, (sums.get(folder) ?? 0) + textScore(scored[index] as Parts));
  }
  const best = Math.max(...sums.values());
  if (!(best > 0)) return;
  for (const [index, folder] of folders.entries()) {
    (scored[index] as Parts).folder = (weight * (sums.get(folder) ?? 0)) / best;
  }
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/") + 1);
}
