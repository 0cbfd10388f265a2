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
  const found = createOccurrences(view.chunks);
  for (const term of rarest(postings, terms)) {
    gather(found, table, postings, view, mask, term.hash);
    const idf = Math.log(1 + (view.chunks - found.inView + 0.5) / (found.inView + 0.5));
    for (let at = 0; at < found.chunkCount; at += 1) {
      const slot = found.slots[at] as number;
      const before = scores[slot] as number;
      if (before === 0) matched[matchedCount++] = slot;
      const frequency = found.frequencies[at] as number;
      scores[slot] = before + (idf * frequency * (k1 + 1)) / (frequency + base + perLength * table.lengthOf(slot));
    }
    scoreFiles(found, table, view, fileScores);
  }
  let maxScore = 0;
  for (let index = 0; index < matchedCount; index += 1) {
    maxScore = Math.max(maxScore, scores[matched[index] as number] as number);
  }
  return { scores, matched: matched.subarray(0, matchedCount), maxScore, fileScores };
}

/** Where one term occurs; the arrays are used again for the next term. */
interface Occurrences {
  /** Chunks of the view that hold it, whatever the mask says. */
  inView: number;
  chunkCount: number;
  slots: Uint32Array;
  frequencies: Uint8Array;
  fileCount: number;
  positions: Uint32Array;
  counts: Uint32Array;
}

function createOccurrences(chunks: number): Occurrences {
  const [slots, positions, counts] = [new Uint32Array(chunks), new Uint32Array(chunks), new Uint32Array(chunks)];
  const frequencies = new Uint8Array(chunks);
  return { inView: 0, chunkCount: 0, slots, frequencies, fileCount: 0, positions, counts };
}

/** A file's chunks have neighbouring slots, so its occurrences are summed on the way. */
function gather(
  found: Occurrences,
  table: ChunkTable,
  postings: PostingIndex,
  view: ResolvedView,
  mask: Uint8Array,
  hash: number,
): void {
  const { slots, frequencies, positions, counts } = found;
  let [inView, chunkCount, fileCount] = [0, 0, 0];
  postings.forEachRange(hash, (segment, from, to) => {
    let last = -1;
    for (let at = from; at < to; at += 1) {
      const slot = segment.slots[at] as number;
      // A slot that was added after the view was made is beyond its mask.
      inView += view.mask[slot] ?? 0;
      if (mask[slot] !== 1) continue;
      const frequency = segment.frequencies[at] as number;
      slots[chunkCount] = slot;
      frequencies[chunkCount] = frequency;
      chunkCount += 1;
      const position = table.entryPosition(slot);
      if (position === last) counts[fileCount - 1] = (counts[fileCount - 1] as number) + frequency;
      else {
        positions[fileCount] = position;
        counts[fileCount] = frequency;
        fileCount += 1;
        last = position;
      }
    }
  });
  Object.assign(found, { inView, chunkCount, fileCount });
}

/** Adds one term's share. */
function scoreFiles(found: Occurrences, table: ChunkTable, view: ResolvedView, fileScores: Float32Array): void {
  const { k1, b } = weights.fileBm25;
  const { lengths } = table.files;
  const idf = Math.log(1 + (view.files - found.fileCount + 0.5) / (found.fileCount + 0.5));
  for (let index = 0; index < found.fileCount; index += 1) {
    const position = found.positions[index] as number;
    const count = found.counts[index] as number;
    const norm = k1 * (1 - b + (b * (lengths[position] as number)) / view.averageFileLength);
    fileScores[position] = (fileScores[position] as number) + (idf * count * (k1 + 1)) / (count + norm);
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
