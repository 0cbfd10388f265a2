// BM25 over one view (Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009), with the non-negative idf of Lucene.
import type { QueryTerm } from "../query/parse-query.ts";
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
  terms: readonly QueryTerm[],
  room: LexicalRoom,
): LexicalScores {
  const { scores, matched } = room;
  const found: LexicalScores = { scores, matched, maxScore: 0, fileScores: new Float32Array(table.entries.length) };
  let matchedCount = 0;
  for (const term of rarest(postings, terms)) {
    const counts = countOccurrences(table, postings, view, mask, term.hash);
    const scoring = { table, postings, view, mask, shape: weights.bm25, scores, matched };
    matchedCount = scoreChunks(scoring, term, counts.inView, matchedCount);
    scoreFiles({ table, postings, view, mask, found, term, count: counts.files });
  }
  found.matched = matched.subarray(0, matchedCount);
  for (let index = 0; index < matchedCount; index += 1) {
    found.maxScore = Math.max(found.maxScore, scores[matched[index] as number] as number);
  }
  return found;
}

/** What a search writes scores into. Fresh memory for each search would cost more than the scoring, so it is used again. */
export interface LexicalRoom {
  /** By slot; all 0. */
  scores: Float32Array;
  matched: Uint32Array;
}

export function createLexicalRoom(slots: number): LexicalRoom {
  return { scores: new Float32Array(slots), matched: new Uint32Array(slots) };
}

/** Where the scores of chunks are summed up. */
export interface ChunkScoring {
  table: ChunkTable;
  postings: PostingIndex;
  view: ResolvedView;
  mask: Uint8Array;
  shape: { k1: number; b: number };
  scores: Float32Array;
  matched: Uint32Array;
}

/** Makes a room fit for the next search. */
export function clearRoom({ scores }: LexicalRoom, matched: Uint32Array): void {
  for (let index = 0; index < matched.length; index += 1) scores[matched[index] as number] = 0;
}

/** Chunks of the view that hold the term, whatever the mask says, and files of which the mask lets one through. */
function countOccurrences(
  table: ChunkTable,
  postings: PostingIndex,
  view: ResolvedView,
  mask: Uint8Array,
  hash: number,
): { inView: number; files: number } {
  const { entryBySlot } = table;
  const isShown = view.mask;
  let [inView, files] = [0, 0];
  postings.forEachRange(hash, ({ slots }, from, to) => {
    let last = -1;
    for (let at = from; at < to; at += 1) {
      const slot = slots[at] as number;
      // A slot that was added after the view was made is beyond its mask.
      inView += isShown[slot] ?? 0;
      if (mask[slot] !== 1) continue;
      const position = entryBySlot[slot] as number;
      if (position !== last) files += 1;
      last = position;
    }
  });
  return { inView, files };
}

/** One term of a query, with the number of files that hold it. */
interface FileScoring {
  table: ChunkTable;
  postings: PostingIndex;
  view: ResolvedView;
  mask: Uint8Array;
  found: LexicalScores;
  term: QueryTerm;
  count: number;
}

/** Adds the share of a term that `count` chunks of the view hold to each chunk; returns how many are matched now. */
export function scoreChunks(
  { table, postings, view, mask, shape, scores, matched }: ChunkScoring,
  term: { hash: number; weight: number },
  count: number,
  matchedBefore: number,
): number {
  const { lengths } = table;
  const { k1, b } = shape;
  const base = k1 * (1 - b);
  const perLength = (k1 * b) / view.averageLength;
  const idf = term.weight * Math.log(1 + (view.chunks - count + 0.5) / (count + 0.5));
  let matchedCount = matchedBefore;
  postings.forEachRange(term.hash, ({ slots, frequencies }, from, to) => {
    for (let at = from; at < to; at += 1) {
      const slot = slots[at] as number;
      if (mask[slot] !== 1) continue;
      const before = scores[slot] as number;
      if (before === 0) matched[matchedCount++] = slot;
      const frequency = frequencies[at] as number;
      scores[slot] = before + (idf * frequency * (k1 + 1)) / (frequency + base + perLength * (lengths[slot] as number));
    }
  });
  return matchedCount;
}

/** Adds the term's share to each file. Its chunks have neighbouring slots, so its occurrences are summed on the way. */
function scoreFiles({ table, postings, view, mask, found, term, count }: FileScoring): void {
  const { entryBySlot } = table;
  const { fileScores } = found;
  const { lengths } = table.files;
  const { k1, b } = weights.fileBm25;
  const idf = term.weight * Math.log(1 + (view.files - count + 0.5) / (count + 0.5));
  const add = (position: number, occurrences: number) => {
    const norm = k1 * (1 - b + (b * (lengths[position] as number)) / view.averageFileLength);
    fileScores[position] = (fileScores[position] as number) + (idf * occurrences * (k1 + 1)) / (occurrences + norm);
  };
  postings.forEachRange(term.hash, ({ slots, frequencies }, from, to) => {
    let last = -1;
    let occurrences = 0;
    for (let at = from; at < to; at += 1) {
      const slot = slots[at] as number;
      if (mask[slot] !== 1) continue;
      const position = entryBySlot[slot] as number;
      if (position !== last) {
        if (last >= 0) add(last, occurrences);
        occurrences = 0;
        last = position;
      }
      occurrences += frequencies[at] as number;
    }
    if (last >= 0) add(last, occurrences);
  });
}

/** Long queries are cut to their rarest terms: the common ones cost most and say least. */
function rarest(postings: PostingIndex, terms: readonly QueryTerm[]): readonly QueryTerm[] {
  if (terms.length <= weights.maxTerms) return terms;
  return terms
    .map((term) => ({ term, slots: postings.countSlots(term.hash) }))
    .filter(({ slots }) => slots > 0)
    .sort((a, b) => a.slots - b.slots || a.term.hash - b.term.hash)
    .slice(0, weights.maxTerms)
    .map(({ term }) => term);
}
