// What files' paths say about one query: a boost for the words they share with it, a factor for kinds of files that stand back. Computed
// once a file, when it is first asked about.
import type { ChunkTable, IndexedEntry } from "../index/chunk-table.ts";
import type { PathMatches } from "../index/path-vocabulary.ts";
import type { ParsedQuery } from "../query/parse-query.ts";
import { weights } from "./weights.ts";

/** All by position of the entry. */
export interface PathScores {
  /** The share of the query's words in the file's name or folder, and the share of the name that the query covers, weighted. */
  valueOf(position: number): number;
  factorOf(position: number): number;
  /** The words of the query that were found. */
  wordsOf(position: number): string[];
  /** The kinds that the factor is for. */
  kindsOf(position: number): string[];
}

export function createPathScores(query: ParsedQuery, table: ChunkTable): PathScores {
  const words = query.words.map(({ text }) => text);
  const matches = table.pathVocabulary.match(words, weights.partialWord);
  const values = new Float64Array(table.entries.length).fill(Number.NaN);
  const factors = new Float64Array(table.entries.length).fill(Number.NaN);
  const entryAt = (position: number) => table.entries[position] as IndexedEntry;
  return {
    valueOf(position) {
      const known = values[position] as number;
      if (!Number.isNaN(known)) return known;
      values[position] = pathValue(query, entryAt(position), matches);
      return values[position] as number;
    },
    factorOf(position) {
      const known = factors[position] as number;
      if (!Number.isNaN(known)) return known;
      factors[position] = pathFactor(query, entryAt(position));
      return factors[position] as number;
    },
    wordsOf: (position) => [...foundWords(entryAt(position), matches).keys()].map((index) => words[index] ?? ""),
    kindsOf: (position) => entryAt(position).kinds.filter((kind) => !query.lifted.has(kind)),
  };
}

/** How much of a boost is left in a query of this length. */
export function lengthScale(query: ParsedQuery): number {
  return Math.min(1, weights.longQueryWords / Math.max(1, query.words.length));
}

function pathValue(query: ParsedQuery, entry: IndexedEntry, matches: PathMatches): number {
  const { stem, parent } = entry.words;
  if (!stem.some(matches.has) && !parent.some(matches.has)) return 0;
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

function pathFactor(query: ParsedQuery, { kinds }: IndexedEntry): number {
  let factor = 1;
  for (const kind of kinds) if (!query.lifted.has(kind)) factor *= weights.pathFactors[kind];
  return factor;
}
