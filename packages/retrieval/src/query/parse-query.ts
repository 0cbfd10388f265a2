// What a query asks for, apart from any index: terms to count, words to find in paths, names it may want the definition of, files it
// mentions, and whether it wants kinds of files that otherwise stand back.
import { weights } from "../ranking/weights.ts";
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

export interface QueryTerm extends QueryWord {
  /** How much it counts beside the others; 1, or more for what stands in the title of a longer text. */
  weight: number;
}

export interface ParsedQuery {
  /** Distinct terms for lexical search, in the query's order. */
  terms: QueryTerm[];
  /** The share of a question's words in those of the text: 1, or less for a longer text. */
  brevity: number;
  /** Distinct stems of the words, for comparing with paths and names; of a long text, those of its title. */
  words: QueryWord[];
  /** Names whose definitions are wanted. */
  symbols: QuerySymbol[];
  /** Whether the query is nothing but one name. */
  isSymbolQuery: boolean;
  mentions: FileMention[];
  /** Kinds of paths that are held back less, or not at all, for this query. */
  lifted: ReadonlyMap<PathKind, Lift>;
}

/** `text`: the essential text of the query. */
export function parseQuery(text: string): ParsedQuery {
  const words = contentWords(text);
  const { symbols, isSymbolQuery } = findSymbols(text);
  return {
    terms: weighTerms(words.flatMap(termsOf), titleTerms(text)),
    brevity: Math.min(1, weights.longQueryWords / Math.max(1, words.length)),
    words: distinct(pathWords(text, words).flatMap((word) => wordStems(word).map(asWord))),
    symbols,
    isSymbolQuery,
    mentions: findFileMentions(text),
    lifted: liftedKinds(text, words.flatMap(wordStems)),
  };
}

/** The words to look for in paths and names: of a long text, those of its title. */
function pathWords(text: string, words: readonly string[]): readonly string[] {
  if (words.length <= weights.longQueryWords) return words;
  const title = contentWords(text.trimStart().split("\n", 1)[0] ?? "");
  return title.length >= 2 ? title : words;
}

/** The terms of the first line, when more follow. */
function titleTerms(text: string): ReadonlySet<number> {
  const end = text.trimStart().indexOf("\n");
  if (end === -1) return new Set();
  return new Set(contentWords(text.trimStart().slice(0, end)).flatMap((word) => wordTerms(word)));
}

function weighTerms(all: readonly QueryWord[], title: ReadonlySet<number>): QueryTerm[] {
  return distinct(all).map((word) => ({ ...word, weight: title.has(word.hash) ? weights.titleTerm : 1 }));
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

function distinct(words: readonly QueryWord[]): QueryWord[] {
  return [...new Map(words.map((word) => [word.hash, word])).values()];
}
