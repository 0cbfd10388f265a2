// BM25 over one view (Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009), with the non-negative idf of Lucene.
// The inner loops have no branch for what a view does not show: such a chunk is infinitely long, so that its share is 0.
import type { QueryTerm } from "../query/parse-query.ts";
import { weights } from "../ranking/weights.ts";
import type { ChunkTable } from "./chunk-table.ts";
import { countSlots, type PostingIndex } from "./posting-index.ts";
import type { ScoreRoom, SearchRoom } from "./search-room.ts";
import type { ResolvedView } from "./search-view.ts";
import type { PostingRange } from "./segment.ts";
import { blockShift } from "./slot-scores.ts";

export interface LexicalScores {
  /** By slot. */
  scores: Float32Array;
  /** Slots with a score above 0, ascending. */
  matched: Uint32Array;
  maxScore: number;
  /** By position of the entry: the same for whole files. */
  fileScores: Float32Array;
}

/** What is scored, and with which statistics. */
export interface ScoredView {
  table: ChunkTable;
  postings: PostingIndex;
  view: ResolvedView;
  /** The view's own lengths, or those restricted further (a path prefix); the statistics stay those of the view. */
  lengths: Float32Array;
}

/** What is found is in the room's memory. */
export function scoreLexically(scored: ScoredView, terms: readonly QueryTerm[], room: SearchRoom): LexicalScores {
  const { postings, view } = scored;
  for (const term of rarest(postings, terms)) {
    const ranges = rangesIn(view, postings, term.hash);
    scoreChunks(room.lexical, scored, { ranges, weight: term.weight, count: countShown(view, ranges) }, weights.bm25);
    scoreFiles(scored, ranges, term.weight, room);
  }
  const matched = room.lexical.found.scored();
  const scores = room.lexical.found.values;
  let maxScore = 0;
  for (let index = 0; index < matched.length; index += 1) {
    maxScore = Math.max(maxScore, scores[matched[index] as number] as number);
  }
  return { scores, matched, maxScore, fileScores: room.files };
}

/** A term's postings that the view may show: slots that were added after it was made are beyond its lengths. */
export function rangesIn(view: ResolvedView, postings: PostingIndex, hash: number): PostingRange[] {
  const ranges = postings.rangesOf(hash);
  for (const range of ranges) {
    while (range.to > range.from && (range.slots[range.to - 1] as number) >= view.lengths.length) range.to -= 1;
  }
  return ranges;
}

/** How many of these chunks the view shows. */
export function countShown({ lengths, chunks }: ResolvedView, ranges: readonly PostingRange[]): number {
  if (chunks === lengths.length) return countSlots(ranges);
  let count = 0;
  for (const { slots, from, to } of ranges) {
    for (let at = from; at < to; at += 1)
      count += (lengths[slots[at] as number] as number) < Number.POSITIVE_INFINITY ? 1 : 0;
  }
  return count;
}

/** Adds the share of a term that `count` chunks of the view hold to each chunk. */
export function scoreChunks(
  { found, norms: known }: ScoreRoom,
  { view, lengths }: ScoredView,
  { ranges, weight, count }: { ranges: readonly PostingRange[]; weight: number; count: number },
  { k1, b }: { k1: number; b: number },
): void {
  const { values, touched } = found;
  const base = k1 * (1 - b);
  const norms = known.of(lengths, (k1 * b) / view.averageLength);
  const idf = weight * inverseFrequency(view.chunks, count);
  for (const { slots, frequencies, from, to } of ranges) {
    for (let at = from; at < to; at += 1) {
      const slot = slots[at] as number;
      const frequency = frequencies[at] as number;
      const share = (idf * frequency * (k1 + 1)) / (frequency + base + (norms[slot] as number));
      values[slot] = (values[slot] as number) + share;
      touched[slot >>> blockShift] = 1;
    }
  }
}

/** Adds the term's share to each file. Its chunks have neighbouring slots, so its occurrences are summed on the way. */
function scoreFiles(
  { table, view, lengths }: ScoredView,
  ranges: readonly PostingRange[],
  weight: number,
  { files, positions, occurrences }: SearchRoom,
): void {
  const { entryBySlot } = table;
  let count = 0;
  for (const { slots, frequencies, from, to } of ranges) {
    let last = -1;
    for (let at = from; at < to; at += 1) {
      const slot = slots[at] as number;
      if (lengths[slot] === Number.POSITIVE_INFINITY) continue;
      const position = entryBySlot[slot] as number;
      if (position !== last) {
        positions[count] = position;
        occurrences[count] = 0;
        count += 1;
        last = position;
      }
      occurrences[count - 1] = (occurrences[count - 1] as number) + (frequencies[at] as number);
    }
  }
  const fileLengths = table.files.lengths;
  const { k1, b } = weights.fileBm25;
  const idf = weight * inverseFrequency(view.files, count);
  for (let index = 0; index < count; index += 1) {
    const position = positions[index] as number;
    const occurring = occurrences[index] as number;
    const norm = k1 * (1 - b + (b * (fileLengths[position] as number)) / view.averageFileLength);
    files[position] = (files[position] as number) + (idf * occurring * (k1 + 1)) / (occurring + norm);
  }
}

function inverseFrequency(all: number, holding: number): number {
  return Math.log(1 + (all - holding + 0.5) / (holding + 0.5));
}

/** Long queries are cut to their rarest terms: the common ones cost most and say least. */
function rarest(postings: PostingIndex, terms: readonly QueryTerm[]): readonly QueryTerm[] {
  if (terms.length <= weights.maxTerms) return terms;
  return terms
    .map((term) => ({ term, slots: countSlots(postings.rangesOf(term.hash)) }))
    .filter(({ slots }) => slots > 0)
    .sort((a, b) => a.slots - b.slots || a.term.hash - b.term.hash)
    .slice(0, weights.maxTerms)
    .map(({ term }) => term);
}
