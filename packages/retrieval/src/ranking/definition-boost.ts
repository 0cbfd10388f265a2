// Which chunks define a name that a query is, or holds. The definition postings have two terms per defined name: the name, and the
// name with the innermost scope before it.
import type { PostingIndex } from "../index/posting-index.ts";
import type { ParsedQuery } from "../query/parse-query.ts";
import { hashTerm } from "../terms/hash-term.ts";
import { scanWords } from "../terms/scan-words.ts";
import { normalizeName } from "../terms/split-identifier.ts";
import { wordTerms } from "../terms/word-terms.ts";
import { lengthScale } from "./path-scores.ts";
import { weights } from "./weights.ts";

export interface DefinitionBoost {
  value: number;
  symbol: string;
}

/** The postings term of a defined name, alone or with what encloses it. */
export function definitionTerm(name: string, qualifier: string | null): number {
  return hashTerm(qualifier === null ? normalizeName(name) : `${normalizeName(qualifier)}.${normalizeName(name)}`);
}

/** By slot, the best definition boost; slots outside `mask` are left out. */
export function definitionBoosts(
  query: ParsedQuery,
  definitions: PostingIndex,
  mask: Uint8Array,
): Map<number, DefinitionBoost> {
  const boosts = new Map<number, DefinitionBoost>();
  const full = query.isSymbolQuery ? weights.definition : weights.embeddedDefinition * lengthScale(query);
  const boost = (term: number, full: number, symbol: string) => {
    const value = full / Math.max(1, definitions.countSlots(term)) ** weights.ambiguity;
    definitions.forEachRange(term, (segment, from, to) => {
      for (const slot of segment.slots.subarray(from, to)) {
        if (mask[slot] === 1 && (boosts.get(slot)?.value ?? 0) < value) boosts.set(slot, { value, symbol });
      }
    });
  };
  for (const { name, qualifier, text } of query.symbols) {
    boost(definitionTerm(name, null), qualifier === null ? full : full * weights.otherScope, text);
    if (qualifier !== null) boost(definitionTerm(name, qualifier), full, text);
  }
  return boosts;
}

/** For the share of the query's words that stand in the name of a chunk. */
export function nameBoost(query: ParsedQuery, symbol: string | null): number {
  const found = nameWords(query, symbol).length;
  return found === 0 ? 0 : (weights.nameWords * found * lengthScale(query)) / query.words.length;
}

/** The query's words that stand in the name. */
export function nameWords(query: ParsedQuery, symbol: string | null): string[] {
  if (symbol === null) return [];
  const words = new Set<string>();
  scanWords(symbol, (word) => {
    for (const hash of wordTerms(word)) {
      for (const queryWord of query.words) if (queryWord.hash === hash) words.add(queryWord.text);
    }
  });
  return [...words];
}
