// Finds names in a query: the whole query when it is one name ("Session.send", "parse_args()"), else the words in it that can only be
// names, by their spelling.
import { normalizeName } from "../terms/split-identifier.ts";

export interface QuerySymbol {
  /** The last part of a qualified name, normalized. */
  name: string;
  /** The part before it, normalized; null when there is none. */
  qualifier: string | null;
  /** As it stands in the query. */
  text: string;
}

/** Longer queries (issue texts, logs) name many things in passing; the first ones are kept. */
const maxSymbols = 24;
const separator = /::|->|[.#/\\]/;
const qualifiedName = /^[\p{L}_$][\p{L}\p{N}_$]*(?:(?:::|->|[.#/\\])[\p{L}_$][\p{L}\p{N}_$]*)*[!?]?(?:\(\))?$/u;
const candidates = /`([^`\s]+)`|[\p{L}_$][\p{L}\p{N}_$]*(?:(?:::|->|[.#])[\p{L}_$][\p{L}\p{N}_$]*)*(?:\(\))?/gu;
/** An inner underscore, a capital after a small letter, two capitals before a small letter, a qualifier, or a call. */
const looksLikeName = /[\p{L}\p{N}]_+[\p{L}\p{N}]|^_+\p{L}|\p{Ll}\p{Lu}|\p{Lu}{2,}\p{Ll}{2,}|::|->|#|\(\)$/u;

export function findSymbols(query: string): { symbols: QuerySymbol[]; isSymbolQuery: boolean } {
  const trimmed = query.trim().replace(/^`(.*)`$/, "$1");
  if (qualifiedName.test(trimmed)) return { symbols: [toSymbol(trimmed)], isSymbolQuery: true };
  const found = new Map<string, QuerySymbol>();
  for (const match of query.matchAll(candidates)) {
    const text = match[1] ?? match[0];
    if (match[1] === undefined && !looksLikeName.test(text)) continue;
    const symbol = toSymbol(text);
    if (symbol.name.length > 1) found.set(`${symbol.qualifier}.${symbol.name}`, symbol);
    if (found.size === maxSymbols) break;
  }
  return { symbols: [...found.values()], isSymbolQuery: false };
}

/** Whether a query is nothing but one name: then its definition is wanted, and nothing else. */
export function isOneName(query: string): boolean {
  return findSymbols(query).isSymbolQuery;
}

function toSymbol(text: string): QuerySymbol {
  const bare = text.replace(/\(\)$/, "").replace(/[!?]$/, "");
  const parts = bare.split(separator).filter((part) => part !== "");
  const qualifier = parts.at(-2);
  return {
    name: normalizeName(parts.at(-1) ?? bare),
    qualifier: qualifier === undefined ? null : normalizeName(qualifier),
    text: bare,
  };
}
