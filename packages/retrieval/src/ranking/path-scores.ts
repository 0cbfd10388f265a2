// What files' paths say about one query: a boost for the words they share with it, a factor for kinds of files that stand back.
import type { ChunkTable, IndexedEntry } from "../index/chunk-table.ts";
import type { PathMatches } from "../index/path-vocabulary.ts";
import type { ParsedQuery } from "../query/parse-query.ts";
import { pathKindNames } from "../query/path-kind.ts";
import { weights } from "./weights.ts";

/** All by position of the entry. */
export interface PathScores {
  /** The share of the query's words in the file's name or folder, and the share of the name that the query covers, weighted. */
  values: Float64Array;
  factors: Float64Array;
  /** The words of the query that were found. */
  wordsOf(position: number): string[];
  /** The kinds that the factor is for. */
  kindsOf(position: number): string[];
}

export function createPathScores(query: ParsedQuery, table: ChunkTable): PathScores {
  const words = query.words.map(({ text }) => text);
  const matches = table.pathVocabulary.match(words, weights.partialWord);
  const { entries } = table;
  const entryAt = (position: number) => entries[position] as IndexedEntry;
  const values = new Float64Array(entries.length);
  const factors = new Float64Array(entries.length);
  const factorOf = pathFactors(query);
  const { kindBits, wordStarts, wordIds } = table.files;
  for (let position = 0; position < entries.length; position += 1) {
    const end = wordStarts[position + 1] as number;
    let isMatched = false;
    for (let at = wordStarts[position] as number; at < end && !isMatched; at += 1) {
      isMatched = matches.isMatch[wordIds[at] as number] === 1;
    }
    if (isMatched) values[position] = pathValue(query, entryAt(position), matches);
    factors[position] = factorOf[kindBits[position] as number] as number;
  }
  return {
    values,
    factors,
    wordsOf: (position) => [...foundWords(entryAt(position), matches).keys()].map((index) => words[index] ?? ""),
    kindsOf: (position) => entryAt(position).kinds.filter((kind) => query.lifted.get(kind) !== "named"),
  };
}

/** How much of a boost is left in a query of this length. */
export function lengthScale(query: ParsedQuery): number {
  return Math.min(1, weights.longQueryWords / Math.max(1, query.words.length));
}

function pathValue(query: ParsedQuery, entry: IndexedEntry, matches: PathMatches): number {
  const { stem } = entry.words;
  let found = 0;
  for (const weight of foundWords(entry, matches).values()) found += weight;
  let covered = 0;
  for (const wordId of stem) covered += Math.max(0, ...matches.of(wordId).map(({ weight }) => weight));
  const share = found / query.words.length;
  const coverage = stem.length === 0 ? 0 : covered / stem.length;
  return (weights.pathWords * share + weights.stemCoverage * coverage) * lengthScale(query);
}

/** By index of the query's word, its best match in the path. */
function foundWords({ words }: IndexedEntry, matches: PathMatches): Map<number, number> {
  const found = new Map<number, number>();
  for (const wordId of [...words.stem, ...words.parent]) {
    for (const { queryWord, weight } of matches.of(wordId)) {
      found.set(queryWord, Math.max(weight, found.get(queryWord) ?? 0));
    }
  }
  return found;
}

/** By the bits of a path's kinds. */
function pathFactors(query: ParsedQuery): Float64Array {
  const factors = new Float64Array(2 ** pathKindNames.length).fill(1);
  for (const [bit, kind] of pathKindNames.entries()) {
    const lift = query.lifted.get(kind);
    if (lift === "named") continue;
    const share = lift === "hinted" ? weights.hintedShare : 1;
    for (let bits = 0; bits < factors.length; bits += 1) {
      if (bits & (1 << bit)) factors[bits] = (factors[bits] as number) * weights.pathFactors[kind] ** share;
    }
  }
  return factors;
}
