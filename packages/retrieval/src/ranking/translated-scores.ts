// What chunks say in other words than the query: BM25 over the words that code uses where people say the query's, each weighted by how
// probable it is for all of them together. The query's own words are left out; they are counted elsewhere.
import { countShown, rangesIn, type ScoredView, scoreChunks } from "../index/bm25.ts";
import { hasSlot } from "../index/posting-index.ts";
import type { ScoreRoom } from "../index/search-room.ts";
import type { ResolvedView } from "../index/search-view.ts";
import type { PostingRange } from "../index/segment.ts";
import type { ParsedQuery } from "../query/parse-query.ts";
import type { TranslationTable } from "./translation-table.ts";
import { weights } from "./weights.ts";

export interface TranslatedScores {
  /** By slot. */
  scores: Float32Array;
  /** What a score is multiplied by to be part of a ranking. */
  share: number;
  /** The slots with the highest scores. */
  best: number[];
  /** What was looked for and found, the strongest first. */
  terms: FoundTranslation[];
}

interface TranslatedTerm {
  text: string;
  hash: number;
  weight: number;
}

export interface FoundTranslation extends TranslatedTerm {
  ranges: readonly PostingRange[];
}

export interface TranslationInput extends ScoredView {
  query: ParsedQuery;
  translations: TranslationTable;
  /** Cleared; the scores are in its memory. */
  room: ScoreRoom;
}

/** Null for a query that is one name, and where nothing is found. Of a long text, which says enough by itself, it counts less. */
export function scoreTranslations({ query, translations, room, ...scored }: TranslationInput): TranslatedScores | null {
  if (query.isSymbolQuery) return null;
  const { postings, view } = scored;
  const terms: FoundTranslation[] = [];
  const { share, chunks } = weights.commonTranslation;
  const tooCommon = Math.max(chunks, view.chunks * share);
  for (const term of translate(query, translations)) {
    const ranges = rangesIn(view, postings, term.hash);
    const count = countOnce(view, term.hash, ranges);
    if (count === 0 || count > tooCommon) continue;
    scoreChunks(room, scored, { ranges, weight: term.weight, count }, weights.translatedBm25);
    if (terms.push({ ...term, ranges }) === weights.maxTranslations) break;
  }
  const best = room.found.best(weights.translatedCandidates);
  if (best.length === 0) return null;
  const { values: scores } = room.found;
  const maxScore = scores[best[0] as number] as number;
  return { scores, share: (weights.translation * query.brevity) / maxScore, best, terms };
}

/** The words that the chunk holds, the strongest first, at most `limit`. */
export function wordsIn({ terms }: TranslatedScores, slot: number, limit: number): string[] {
  const words: string[] = [];
  for (const { text, ranges } of terms) {
    if (words.length === limit) break;
    if (ranges.some((range) => hasSlot(range, slot))) words.push(text);
  }
  return words;
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
function countOnce(view: ResolvedView, hash: number, ranges: readonly PostingRange[]): number {
  const known = view.translatedCounts.get(hash);
  if (known !== undefined) return known;
  const count = countShown(view, ranges);
  view.translatedCounts.set(hash, count);
  return count;
}
