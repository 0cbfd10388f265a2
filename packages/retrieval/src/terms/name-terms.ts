// The terms of a name that a chunk defines, as the ranking asks for them.
import { hashTerm } from "./hash-term.ts";
import { scanWords } from "./scan-words.ts";
import { normalizeName, splitIdentifier } from "./split-identifier.ts";
import { wordTerms } from "./word-terms.ts";

export interface NameTerms {
  /** Hashes of the terms of its words. */
  words: readonly number[];
  /** Hash of the name as one term; null for a name of one part, which may be any word. */
  whole: number | null;
}

export function nameTerms(name: string): NameTerms {
  const words: number[] = [];
  scanWords(name, (word) => words.push(...wordTerms(word)));
  return { words, whole: splitIdentifier(name).length < 2 ? null : hashTerm(normalizeName(name)) };
}
