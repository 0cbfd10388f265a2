// Two searches put together where somebody said which words code would use: by the query alone, and with their words behind it. Merged by
// places, because what the words find is right only where they are, and then the second search knows best: a place in it counts twice.
import type { HitReason, QueryExpansion } from "@outpost/protocol";
import { expandQuery } from "../query/query-expansion.ts";
import { isOneName } from "../query/query-symbols.ts";
import { weights } from "../ranking/weights.ts";
import { type HybridSearchInput, hybridSearch } from "./hybrid-search.ts";
import type { RankedChunk } from "./search-index.ts";

export interface ExpandedSearchInput extends HybridSearchInput {
  /** Absent: nobody said any. A query that is one name is searched without. */
  expansion?: QueryExpansion;
  /** Of the query with the words behind it; null: they are searched for by words only. */
  expandedVector?: Float32Array | null;
}

/** Rejects with what the vector index rejects with. */
export async function expandedSearch(input: ExpandedSearchInput, signal?: AbortSignal): Promise<RankedChunk[]> {
  const { expansion, expandedVector: queryVector = null, ...plain } = input;
  if (expansion === undefined || isOneName(plain.query)) return hybridSearch(plain, signal);
  const { vectors, limit } = plain;
  const deep = { ...plain, limit: Math.max(limit, minDepth) };
  const alone = await hybridSearch(deep, signal);
  const expanded = {
    query: expandQuery(plain.query, expansion),
    vectors: vectors === null || queryVector === null ? null : { ...vectors, queryVector },
  };
  return mergeRankings(alone, await hybridSearch({ ...deep, ...expanded }, signal), limit);
}

/** What stands beyond in one ranking gains nothing by standing in the other. */
const minDepth = 10;

type Ranking = keyof typeof weights.expandedRanks;

interface Merged {
  chunk: RankedChunk;
  /** Its place in each ranking that has it. */
  places: Map<Ranking, HitReason>;
}

/** Hits of one file that share lines are one; the lines and the chunk are those of the ranking with the words. */
export function mergeRankings(
  alone: readonly RankedChunk[],
  withWords: readonly RankedChunk[],
  limit: number,
): RankedChunk[] {
  const merged: Merged[] = [];
  const add = (ranking: Ranking, chunks: readonly RankedChunk[]): void => {
    for (const [at, chunk] of chunks.entries()) {
      const place = describePlace(chunk, at + 1, ranking);
      const known = merged.find((other) => shareLines(other.chunk, chunk));
      if (known === undefined) merged.push({ chunk, places: new Map([[ranking, place]]) });
      else if (!known.places.has(ranking)) known.places.set(ranking, place);
    }
  };
  add("withWords", withWords);
  add("alone", alone);
  return merged
    .map(({ chunk, places }) => {
      const reasons = [...places.values()];
      return { ...chunk, reasons, score: reasons.reduce((sum, { value }) => sum + value, 0) };
    })
    .sort((a, b) => b.score - a.score || a.chunkId - b.chunkId)
    .slice(0, limit);
}

function shareLines(one: RankedChunk, other: RankedChunk): boolean {
  return one.path === other.path && one.startLine <= other.endLine && other.startLine <= one.endLine;
}

/** The first place is worth the ranking's whole share, the second two thirds of it, the third half. */
function describePlace(chunk: RankedChunk, place: number, ranking: Ranking): HitReason {
  const { alone, withWords } = weights.expandedRanks;
  const share = weights.expandedRanks[ranking] / (alone + withWords);
  const strongest = chunk.reasons
    .filter(({ signal }) => signal !== "penalty" && signal !== "saturation")
    .sort((a, b) => b.value - a.value)
    .slice(0, shownReasons)
    .map(({ signal, detail }) => `${signal} ${detail}`.trim());
  return {
    signal: "place",
    value: (share * 2) / (place + 1),
    detail: `${sayings[ranking]} number ${place}: ${strongest.join("; ")}`,
  };
}

const sayings = { alone: "by the query alone", withWords: "with the words named" } as const;
const shownReasons = 3;
