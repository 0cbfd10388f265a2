// What files' paths say about one query: a boost for the words they share with it, a factor for kinds of files that stand back.
import type { ChunkTable, IndexedEntry } from "../index/chunk-table.ts";
import type { FileColumns } from "../index/file-columns.ts";
import type { PathMatches, WordMatch } from "../index/path-vocabulary.ts";
import type { ParsedQuery } from "../query/parse-query.ts";
import { pathKindNames } from "../query/path-kind.ts";
import { weights } from "./weights.ts";

/** All by position of the entry. */
export interface PathScores {
  /** The share of the query's words in the file's name or folder, and the share of the name that the query covers, weighted. */
  values: Float64Array;
  factorOf(position: number): number;
  /** The words of the query that were found. */
  wordsOf(position: number): string[];
  /** The kinds that the factor is for. */
  kindsOf(position: number): string[];
}

/** `values`: room for a number by position, all 0. */
export function createPathScores(query: ParsedQuery, table: ChunkTable, values: Float64Array): PathScores {
  const words = query.words.map(({ text }) => text);
  const matches = table.pathVocabulary.match(words, weights.partialWord);
  const { entries, files } = table;
  const factors = pathFactors(query);
  const best = new Float64Array(words.length);
  for (const wordId of matches.wordIds) {
    for (const position of files.positionsOf(wordId)) {
      if (values[position] === 0) values[position] = pathValue(query, files, position, matches, best);
    }
  }
  return {
    values,
    factorOf: (position) => factors[files.kindBits[position] as number] as number,
    wordsOf: (position) => [...foundWords(files, position, matches)].map((index) => words[index] ?? ""),
    kindsOf: (position) =>
      (entries[position] as IndexedEntry).kinds.filter((kind) => query.lifted.get(kind) !== "named"),
  };
}

/** How much of a boost is left in a query of this length. */
export function lengthScale(query: ParsedQuery): number {
  return Math.min(1, weights.longQueryWords / Math.max(1, query.words.length));
}

/** `best`: room for a number by word of the query. */
function pathValue(query: ParsedQuery, files: FileColumns, position: number, matches: PathMatches, best: Float64Array) {
  const { words, wordStarts, stemCounts } = files;
  const start = wordStarts[position] as number;
  const end = wordStarts[position + 1] as number;
  const stemCount = stemCounts[position] as number;
  for (let word = 0; word < best.length; word += 1) best[word] = 0;
  let covered = 0;
  for (let at = start; at < start + stemCount; at += 1) covered += noteMatches(matches, words[at] as number, best);
  for (let at = start + stemCount; at < end; at += 1) noteMatches(matches, words[at] as number, best);
  let found = 0;
  for (let word = 0; word < best.length; word += 1) found += best[word] as number;
  const share = found / query.words.length;
  const coverage = stemCount === 0 ? 0 : covered / stemCount;
  return (weights.pathWords * share + weights.stemCoverage * coverage) * lengthScale(query);
}

/** Keeps the best match of each word of the query; returns the best of this word of the path. */
function noteMatches({ lists, listOf }: PathMatches, wordId: number, best: Float64Array): number {
  const list = listOf[wordId] as number;
  if (list === 0) return 0;
  let covered = 0;
  for (const { queryWord, weight } of lists[list] as readonly WordMatch[]) {
    covered = Math.max(covered, weight);
    best[queryWord] = Math.max(best[queryWord] as number, weight);
  }
  return covered;
}

/** Indexes of the query's words that match one of the path's. */
function foundWords({ words, wordStarts }: FileColumns, position: number, { lists, listOf }: PathMatches): Set<number> {
  const found = new Set<number>();
  for (const wordId of words.subarray(wordStarts[position], wordStarts[position + 1])) {
    for (const { queryWord } of lists[listOf[wordId] as number] ?? []) found.add(queryWord);
  }
  return found;
}

/** By the bits of a path's kinds. */
function pathFactors(query: ParsedQuery): Float64Array {
  const factors = new Float64Array(2 ** pathKindNames.length).fill(1);
  for (const [bit, kind] of pathKindNames.entries()) {
    const lift = query.lifted.get(kind);
    const factor = lift === "named" ? 1 : weights.pathFactors[kind] ** (lift === "hinted" ? weights.hintedShare : 1);
    const highest = 1 << bit;
    for (let lower = 0; lower < highest; lower += 1) factors[highest + lower] = (factors[lower] as number) * factor;
  }
  return factors;
}
