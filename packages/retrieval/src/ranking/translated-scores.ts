// What chunks say in other words than the query: BM25 over the words that code uses where people say the query's, each weighted by how
// probable it is for all of them together. The query's own words are left out; they are counted elsewhere.
import { type ChunkScoring, scoreChunks } from "../index/bm25.ts";
import type { ChunkTable } from "../index/chunk-table.ts";
import type { PostingIndex } from "../index/posting-index.ts";
import type { ResolvedView } from "../index/search-view.ts";
import type { ParsedQuery } from "../query/parse-query.ts";
import { selectTop } from "./select-top.ts";
import type { TranslationTable } from "./translation-table.ts";
import { weights } from "./weights.ts";

export interface TranslatedScores {
  /** By slot. */
  scores: Float32Array;
  /** What a score is multiplied by to be part of a ranking. */
  share: number;
  /** The slots with the highest scores. */
  best: number[];
  /** What was looked for, the strongest first. */
  terms: TranslatedTerm[];
}

export interface TranslatedTerm {
  text: string;
  hash: number;
  weight: number;
}

export interface TranslationInput {
  query: ParsedQuery;
  translations: TranslationTable;
  table: ChunkTable;
  postings: PostingIndex;
  view: ResolvedView;
  mask: Uint8Array;
}

/** Null for a query that is one name, and where nothing is found. Of a long text, which says enough by itself, it counts less. */
export function scoreTranslations({ query, translations, ...places }: TranslationInput): TranslatedScores | null {
  if (query.isSymbolQuery) return null;
  const slots = places.table.slotCount;
  const [scores, matched] = [new Float32Array(slots), new Uint32Array(slots)];
  const scoring: ChunkScoring = { ...places, shape: weights.translatedBm25, scores, matched };
  const terms: TranslatedTerm[] = [];
  const { share, chunks } = weights.commonTranslation;
  const tooCommon = Math.max(chunks, places.view.chunks * share);
  let matchedCount = 0;
  for (const term of translate(query, translations)) {
    const count = countInView(places.postings, places.view, term.hash);
    if (count === 0 || count > tooCommon) continue;
    matchedCount = scoreChunks(scoring, term, count, matchedCount);
    if (terms.push(term) === weights.maxTranslations) break;
  }
  if (matchedCount === 0) return null;
  const found = matched.subarray(0, matchedCount);
  // A loop: mapping a typed array by a function costs more than the scoring.
  const foundScores = new Float64Array(matchedCount);
  for (let at = 0; at < matchedCount; at += 1) foundScores[at] = scores[found[at] as number] as number;
  const best = selectTop(found, weights.translatedCandidates, foundScores);
  const maxScore = scores[best[0] as number] as number;
  return { scores, share: (weights.translation * query.brevity) / maxScore, best, terms };
}

/** Each word once, by what all of the query's words give it; the strongest first. */
function translate(query: ParsedQuery, translations: TranslationTable): TranslatedTerm[] {
  const own = new Set(query.terms.map(({ hash }) => hash));
  const byHash = new Map<number, TranslatedTerm>();
  for (const { hash: source } of query.terms.slice(0, weights.maxTerms)) {
    for (const { text, hash, probability } of translations.of(source)) {
      if (own.has(hash)) continue;
      const weight = probability ** weights.translationPower;
      const known = byHash.get(hash);
      if (known === undefined) byHash.set(hash, { text, hash, weight });
      else known.weight += weight;
    }
  }
  return [...byHash.values()].sort((a, b) => b.weight - a.weight || a.hash - b.hash);
}

/** Counted once for a view: translations of everyday words come again and again. */
function countInView(postings: PostingIndex, { mask, translatedCounts }: ResolvedView, hash: number): number {
  const known = translatedCounts.get(hash);
  if (known !== undefined) return known;
  let count = 0;
  postings.forEachRange(hash, ({ slots }, from, to) => {
    for (let at = from; at < to; at += 1) count += mask[slots[at] as number] ?? 0;
  });
  translatedCounts.set(hash, count);
  return count;
}
