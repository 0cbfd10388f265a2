// BM25 over one view (Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009), with the non-negative idf of Lucene.
import type { QueryWord } from "../query/parse-query.ts";
import { weights } from "../ranking/weights.ts";
import type { ChunkTable } from "./chunk-table.ts";
import type { PostingIndex } from "./posting-index.ts";
import type { ResolvedView } from "./search-view.ts";

export interface LexicalScores {
  /** By slot. */
  scores: Float32Array;
  /** Slots with a score above 0. */
  matched: Uint32Array;
  maxScore: number;
  /** By position of the entry: the same for whole files. */
  fileScores: Float32Array;
}

/** `mask` restricts what is scored (a path prefix); the statistics stay those of the view. */
export function scoreLexically(
  table: ChunkTable,
  postings: PostingIndex,
  view: ResolvedView,
  mask: Uint8Array,
  terms: readonly QueryWord[],
): LexicalScores {
  const scores = new Float32Array(table.slotCount);
  const matched = new Uint32Array(view.chunks);
  let matchedCount = 0;
  const fileScores = new Float32Array(table.entries.length);
  const { k1, b } = weights.bm25;
  const base = k1 * (1 - b);
  const perLength = (k1 * b) / view.averageLength;
  for (const term of rarest(postings, terms)) {
    const idf = inverseFrequency(view, countInView(postings, view, term.hash));
    postings.forEachRange(term.hash, (segment, from, to) => {
      for (let at = from; at < to; at += 1) {
        const slot = segment.slots[at] ?? 0;
        if (mask[slot] !== 1) continue;
        const before = scores[slot] ?? 0;
        if (before === 0) matched[matchedCount++] = slot;
        const frequency = segment.frequencies[at] ?? 0;
        scores[slot] = before + (idf * frequency * (k1 + 1)) / (frequency + base + perLength * table.lengthOf(slot));
      }
    });
    scoreFiles(table, postings, view, mask, term.hash, fileScores);
  }
  let maxScore = 0;
  for (let index = 0; index < matchedCount; index += 1) maxScore = Math.max(maxScore, scores[matched[index] ?? 0] ?? 0);
  return { scores, matched: matched.subarray(0, matchedCount), maxScore, fileScores };
}

/** Adds one term's share. A file's chunks have neighbouring slots, so its occurrences are summed on the way. */
function scoreFiles(
  table: ChunkTable,
  postings: PostingIndex,
  view: ResolvedView,
  mask: Uint8Array,
  hash: number,
  fileScores: Float32Array,
): void {
  const found: number[] = [];
  const counts: number[] = [];
  postings.forEachRange(hash, (segment, from, to) => {
    let last = -1;
    for (let at = from; at < to; at += 1) {
      const slot = segment.slots[at] ?? 0;
      if (mask[slot] !== 1) continue;
      const position = table.entryPosition(slot);
      if (position !== last) {
        found.push(position);
        counts.push(0);
        last = position;
      }
      counts[counts.length - 1] = (counts.at(-1) ?? 0) + (segment.frequencies[at] ?? 0);
    }
  });
  const { k1, b } = weights.fileBm25;
  const idf = Math.log(1 + (view.files - found.length + 0.5) / (found.length + 0.5));
  for (const [index, position] of found.entries()) {
    const count = counts[index] ?? 0;
    const norm = k1 * (1 - b + (b * table.fileLengthOf(position)) / view.averageFileLength);
    fileScores[position] = (fileScores[position] ?? 0) + (idf * count * (k1 + 1)) / (count + norm);
  }
}

/** Long queries are cut to their rarest terms: the common ones cost most and say least. */
function rarest(postings: PostingIndex, terms: readonly QueryWord[]): readonly QueryWord[] {
  if (terms.length <= weights.maxTerms) return terms;
  return terms
    .map((term) => ({ term, slots: postings.countSlots(term.hash) }))
    .filter(({ slots }) => slots > 0)
    .sort((a, b) => a.slots - b.slots || a.term.hash - b.term.hash)
    .slice(0, weights.maxTerms)
    .map(({ term }) => term);
}

function countInView(postings: PostingIndex, view: ResolvedView, hash: number): number {
  let count = 0;
  postings.forEachRange(hash, (segment, from, to) => {
    for (let at = from; at < to; at += 1) count += view.mask[segment.slots[at] ?? 0] ?? 0;
  });
  return count;
}

function inverseFrequency(view: ResolvedView, count: number): number {
  return Math.log(1 + (view.chunks - count + 0.5) / (count + 0.5));
}
