// What a query asks for, apart from any index: terms to count, words to find in paths, names it may want the definition of, files it
// mentions, and whether it wants kinds of files that otherwise stand back.
import { hashTerm } from "../terms/hash-term.ts";
import { scanWords } from "../terms/scan-words.ts";
import { normalizeName, splitIdentifier } from "../terms/split-identifier.ts";
import { stem } from "../terms/stem.ts";
import { stopWords } from "../terms/stop-words.ts";
import { wordStems, wordTerms } from "../terms/word-terms.ts";
import { type FileMention, findFileMentions } from "./file-mentions.ts";
import { type Lift, liftedKinds, type PathKind } from "./path-kind.ts";
import { findSymbols, type QuerySymbol } from "./query-symbols.ts";

export interface QueryWord {
  /** As shown in reasons. */
  text: string;
  hash: number;
}

export interface ParsedQuery {
  /** Distinct terms for lexical search, in the query's order. */
  terms: QueryWord[];
  /** Distinct stems of the words, for comparing with paths. */
  words: QueryWord[];
  /** Names whose definitions are wanted. */
  symbols: QuerySymbol[];
  /** Whether the query is nothing but one name. */
  isSymbolQuery: boolean;
  mentions: FileMention[];
  /** Kinds of paths that are held back less, or not at all, for this query. */
  lifted: ReadonlyMap<PathKind, Lift>;
}

export function parseQuery(query: string): ParsedQuery {
  const words = contentWords(query);
  const { symbols, isSymbolQuery } = findSymbols(query);
  return {
    terms: distinct(words.flatMap(termsOf)),
    words: distinct(words.flatMap((word) => wordStems(word).map(asWord))),
    symbols,
    isSymbolQuery,
    mentions: findFileMentions(query),
    lifted: liftedKinds(query, words.flatMap(wordStems)),
  };
}

/** The query's words without stop words; all of them when nothing else is left. */
function contentWords(query: string): string[] {
  const all: string[] = [];
  scanWords(query, (word) => all.push(word));
  const content = all.filter((word) => !stopWords.has(word.toLowerCase()));
  return content.length > 0 ? content : all;
}

/** The same hashes as `wordTerms`, each with the text it came from. */
function termsOf(word: string): QueryWord[] {
  const parts = splitIdentifier(word).map((part) => ({ text: part, hash: hashTerm(stem(part)) }));
  const whole = { text: word, hash: hashTerm(normalizeName(word)) };
  return wordTerms(word).length > 1 ? [...parts, whole] : parts;
}

function asWord(text: string): QueryWord {
  return { text, hash: hashTerm(text) };
}

function distinct(words: QueryWord[]): QueryWord[] {
  return [...new Map(words.map((word) => [word.hash, word])).values()];
}
