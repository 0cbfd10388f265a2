// Which chunks define a name that a query is, or holds. The definition postings have two terms per defined name: the name, and the
// name with the innermost scope before it.
import { countSlots, type PostingIndex } from "../index/posting-index.ts";
import { isShown } from "../index/search-view.ts";
import type { ParsedQuery } from "../query/parse-query.ts";
import { hashTerm } from "../terms/hash-term.ts";
import type { NameTerms } from "../terms/name-terms.ts";
import { normalizeName } from "../terms/split-identifier.ts";
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

/** By slot, the best definition boost, of those that the lengths show. */
export function definitionBoosts(
  query: ParsedQuery,
  definitions: PostingIndex,
  lengths: Float32Array,
): Map<number, DefinitionBoost> {
  const boosts = new Map<number, DefinitionBoost>();
  const full = query.isSymbolQuery ? weights.definition : weights.embeddedDefinition * lengthScale(query);
  const boost = (term: number, full: number, symbol: string) => {
    const ranges = definitions.rangesOf(term);
    const value = full / Math.max(1, countSlots(ranges)) ** weights.ambiguity;
    for (const { slots, from, to } of ranges) {
      for (const slot of slots.subarray(from, to)) {
        if (isShown(lengths, slot) && (boosts.get(slot)?.value ?? 0) < value) boosts.set(slot, { value, symbol });
      }
    }
  };
  for (const { name, qualifier, text } of query.symbols) {
    boost(definitionTerm(name, null), qualifier === null ? full : full * weights.otherScope, text);
    if (qualifier !== null) boost(definitionTerm(name, qualifier), full, text);
  }
  return boosts;
}

/** For the share of the query's words that stand in the name of a chunk. */
export function nameBoost(query: ParsedQuery, name: NameTerms | null): number {
  if (name === null) return 0;
  let found = 0;
  for (const { hash } of query.words) if (name.words.includes(hash)) found += 1;
  return found === 0 ? 0 : (weights.nameWords * found * lengthScale(query)) / query.words.length;
}

/** The query's words that stand in the name. */
export function nameWords(query: ParsedQuery, name: NameTerms | null): string[] {
  const words = new Set<string>();
  for (const hash of name?.words ?? []) {
    for (const queryWord of query.words) if (queryWord.hash === hash) words.add(queryWord.text);
  }
  return [...words];
}
