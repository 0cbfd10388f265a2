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
  const { files } = table;
  for (let position = 0; position < entries.length; position += 1) {
    factors[position] = factorOf[files.kindBits[position] as number] as number;
  }
  const best = new Float64Array(words.length);
  for (const wordId of matches.wordIds) {
    for (const position of files.positionsOf(wordId)) {
      if (values[position] === 0) values[position] = pathValue(query, entryAt(position), matches, best);
    }
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

/** `best`: room for a number by word of the query. */
function pathValue(query: ParsedQuery, { words }: IndexedEntry, matches: PathMatches, best: Float64Array): number {
  const { stem, parent } = words;
  best.fill(0);
  let covered = 0;
  for (const wordId of stem) covered += noteMatches(matches, wordId, best);
  for (const wordId of parent) noteMatches(matches, wordId, best);
  let found = 0;
  for (let word = 0; word < best.length; word += 1) found += best[word] as number;
  const share = found / query.words.length;
  const coverage = stem.length === 0 ? 0 : covered / stem.length;
  return (weights.pathWords * share + weights.stemCoverage * coverage) * lengthScale(query);
}

/** Keeps the best match of each word of the query; returns the best of this word of the path. */
function noteMatches(matches: PathMatches, wordId: number, best: Float64Array): number {
  let covered = 0;
  for (const { queryWord, weight } of matches.of(wordId)) {
    covered = Math.max(covered, weight);
    best[queryWord] = Math.max(best[queryWord] as number, weight);
  }
  return covered;
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
    const factor = weights.pathFactors[kind] ** (lift === "hinted" ? weights.hintedShare : 1);
    for (let bits = 0; bits < factors.length; bits += 1) {
      if (bits & (1 << bit)) factors[bits] = (factors[bits] as number) * factor;
    }
  }
  return factors;
}
