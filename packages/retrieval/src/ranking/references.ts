// Candidates that use a name which another candidate defines: the callers of what matches. One step over the graph of references that a
// repository map ranks by PageRank, among the candidates of one query only.
import { countSlots } from "../index/posting-index.ts";
import { type Parts, textScore } from "./parts.ts";
import type { RankInput } from "./rank-input.ts";
import { weights } from "./weights.ts";

/**
 * Gives each candidate a share of the best text score among the candidates that define a name it uses. Only names of several words connect,
 * since the postings know those as one term, and only rare ones. `scored`: by number of the candidate. Returns by slot the name that connected it.
 */
export function addReferences(
  { table, postings, candidates }: Pick<RankInput, "table" | "postings" | "candidates">,
  scored: readonly Parts[],
): Map<number, string> {
  const used = new Map<number, string>();
  for (const target of scored) {
    const term = table.symbols.termsOf(target.slot)?.whole ?? null;
    if (term === null) continue;
    const ranges = postings.rangesOf(term);
    if (countSlots(ranges) > weights.maxReferences) continue;
    const gain = weights.referencing * textScore(target);
    for (const { slots, from, to } of ranges) {
      for (let at = from; at < to; at += 1) {
        const slot = slots[at] as number;
        const number = candidates.numberOf(slot);
        // Nearly none of them is one. Asking an array for its element -1 is slow.
        if (number < 0 || slot === target.slot) continue;
        const source = scored[number] as Parts;
        if (source.reference >= gain) continue;
        source.reference = gain;
        used.set(slot, table.symbols.nameOf(target.slot) ?? "");
      }
    }
  }
  return used;
}
