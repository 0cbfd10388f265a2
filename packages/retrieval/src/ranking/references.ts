// Candidates that use a name which another candidate defines: the callers of what matches. One step over the graph of references that a
// repository map ranks by PageRank, among the candidates of one query only.
import type { ChunkTable } from "../index/chunk-table.ts";
import type { PostingIndex } from "../index/posting-index.ts";
import { hashTerm } from "../terms/hash-term.ts";
import { normalizeName, splitIdentifier } from "../terms/split-identifier.ts";
import { type Parts, textScore } from "./parts.ts";
import { weights } from "./weights.ts";

/**
 * Gives each candidate a share of the best text score among the candidates that define a name it uses. Only names of several words connect,
 * since the postings know those as one term, and only rare ones. Returns by slot the name that connected it.
 */
export function addReferences(
  table: ChunkTable,
  postings: PostingIndex,
  scored: readonly Parts[],
): Map<number, string> {
  const used = new Map<number, string>();
  const bySlot = new Map(scored.map((parts) => [parts.slot, parts]));
  for (const target of scored) {
    const symbol = table.symbolOf(target.slot);
    if (symbol === null || splitIdentifier(symbol).length < 2) continue;
    const term = hashTerm(normalizeName(symbol));
    if (postings.countSlots(term) > weights.maxReferences) continue;
    const gain = weights.referencing * textScore(target);
    postings.forEachRange(term, (segment, first, end) => {
      for (const slot of segment.slots.subarray(first, end)) {
        const source = slot === target.slot ? undefined : bySlot.get(slot);
        if (source === undefined || source.reference >= gain) continue;
        source.reference = gain;
        used.set(slot, symbol);
      }
    });
  }
  return used;
}
