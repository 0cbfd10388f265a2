// Finds names in a query: the whole query when it is one name ("Session.send", "parse_args()") or begins as its definition does ("class
// Session"), else the words in it that can only be names, by their spelling or by the word beside them.
import { normalizeName } from "../terms/split-identifier.ts";
import { stopWords } from "../terms/stop-words.ts";

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

const name = String.raw`[\p{L}_$][\p{L}\p{N}_$]*(?:(?:::|[.#])[\p{L}_$][\p{L}\p{N}_$]*)*[!?]?`;
const modifier =
  "(?:export|default|public|private|protected|internal|static|final|abstract|sealed|async|pub|inline|override|open|data|case)";
/** Words that stand before a name in code only, … */
const definer = "(?:def|defp|defmacro|defmodule|fn|func)";
/** … and those that people say, too ("type inference"): the name has to look like one. */
const spokenDefiner =
  "(?:class|struct|enum|trait|interface|function|type|module|namespace|record|protocol|object|macro)";
const wholeDefinition = new RegExp(
  String.raw`^(?:${modifier} ){0,4}(?:${definer} (${name})|${spokenDefiner} (${name}))(\s*(?:[({:<\[=][^\n]*|(?:extends|implements|for|where) [^\n]*|do)?)$`,
  "u",
);
/** "the class Session", "the Session class" */
const besideKind =
  /\b(?:class|struct|trait|interface|enum) (\p{Lu}[\p{L}\p{N}_]*)|(?<![\p{L}\p{N}_])(\p{Lu}[\p{L}\p{N}_]*) (?:class|struct|trait|interface|enum)\b/gu;

export function findSymbols(query: string): { symbols: QuerySymbol[]; isSymbolQuery: boolean } {
  const trimmed = query.trim().replace(/^`(.*)`$/, "$1");
  const whole = qualifiedName.test(trimmed) ? trimmed : definedName(trimmed);
  if (whole !== undefined) return { symbols: [toSymbol(whole)], isSymbolQuery: true };
  const found = new Map<string, QuerySymbol>();
  const add = (text: string) => {
    const symbol = toSymbol(text);
    if (symbol.name.length > 1 && found.size < maxSymbols) found.set(`${symbol.qualifier}.${symbol.name}`, symbol);
  };
  for (const match of query.matchAll(candidates)) {
    const text = match[1] ?? match[0];
    if (match[1] !== undefined || looksLikeName.test(text)) add(text);
  }
  for (const [, behind, before] of query.matchAll(besideKind)) {
    const text = behind ?? before ?? "";
    if (!stopWords.has(text.toLowerCase())) add(text);
  }
  return { symbols: [...found.values()], isSymbolQuery: false };
}

/** What a query that begins as a definition does defines. */
function definedName(query: string): string | undefined {
  const [, defined, spoken, rest] = wholeDefinition.exec(query) ?? [];
  if (spoken === undefined) return defined;
  return /^\p{Lu}/u.test(spoken) || looksLikeName.test(spoken) || rest?.startsWith("(") ? spoken : undefined;
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
