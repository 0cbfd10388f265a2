// From a word to the hashes of its terms: the stem of each part, and the whole identifier when it has several parts.
// Pure; the memo only saves time and is bounded.
import { hashTerm } from "./hash-term.ts";
import { normalizeName, splitIdentifier } from "./split-identifier.ts";
import { stem } from "./stem.ts";

const memo = new Map<string, readonly number[]>();
const memoEntries = 40_000;
/** Longer runs of digits are data, not something one looks for. */
const maxDigits = 6;
const longNumber = new RegExp(`^(?:0[xX][0-9a-fA-F]+|[0-9]{${maxDigits + 1},})$`);
const digitNine = 0x39;

/** Hashes of the terms of a word as `scanWords` finds it; empty for what is no word (a long number, underscores). */
export function wordTerms(word: string): readonly number[] {
  const known = memo.get(word);
  if (known !== undefined) return known;
  const terms = computeTerms(word);
  if (memo.size >= memoEntries) memo.clear();
  memo.set(word, terms);
  return terms;
}

/** The stems of a word's parts, as text. */
export function wordStems(word: string): string[] {
  if (word.charCodeAt(0) <= digitNine && longNumber.test(word)) return [];
  return splitIdentifier(word).map(stem);
}

/** The same, not remembered. */
export function computeTerms(word: string): readonly number[] {
  const stems = wordStems(word);
  const terms = stems.map(hashTerm);
  if (stems.length > 1) terms.push(hashTerm(normalizeName(word)));
  return terms;
}
