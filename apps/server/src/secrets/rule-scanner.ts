// Finds what looks like a secret by rules. Time is bounded: a text is looked at up to a limit, and each pattern only around the places
// where one of its keywords stands, with an engine whose time is linear. Does not know whether a value is in use anywhere.
import { RE2JS } from "re2js";
import { allRules } from "./rules/all-rules.ts";
import type { SecretRule } from "./rules/rule.ts";

/** A place in a text, half-open. */
export interface FoundSecret {
  start: number;
  end: number;
  value: string;
  rule: string;
  what: string;
}

/** Characters of a text that are looked at; what is longer is taken in pieces by whoever has it. */
export const maxScannedCharacters = 400_000;
const defaultReach = 400;
/** Places of a rule's keywords that are tried; a text of nothing else is none that secrets hide in. */
const maxPlaces = 50_000;

interface CompiledRule extends SecretRule {
  compiled: RE2JS;
}

let compiledRules: readonly CompiledRule[] | undefined;

export function findSecrets(text: string): FoundSecret[] {
  compiledRules ??= allRules.map((rule) => ({ ...rule, compiled: RE2JS.compile(rule.pattern, RE2JS.MULTILINE) }));
  const scanned = text.slice(0, maxScannedCharacters);
  const folded = foldCase(scanned);
  const found = compiledRules.flatMap((rule) =>
    windowsOf(folded, rule).flatMap(([from, to]) => matchesIn(scanned, from, to, rule)),
  );
  return withoutOverlaps(found);
}

/** ASCII only, so that places stay places. */
function foldCase(text: string): string {
  return text.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** Where the rule may match: around its keywords, joined where they touch. */
function windowsOf(folded: string, { keywords, reach = defaultReach }: SecretRule): [number, number][] {
  const places: number[] = [];
  for (const keyword of keywords)
    for (let at = folded.indexOf(keyword); at >= 0 && places.length < maxPlaces; at = folded.indexOf(keyword, at + 1))
      places.push(at);
  const windows: [number, number][] = [];
  for (const at of places.sort((a, b) => a - b)) {
    const [from, to] = [Math.max(0, at - reach), Math.min(folded.length, at + reach + 40)];
    const last = windows.at(-1);
    if (last !== undefined && from <= last[1]) last[1] = to;
    else windows.push([from, to]);
  }
  return windows;
}

function matchesIn(text: string, from: number, to: number, rule: CompiledRule): FoundSecret[] {
  const found: FoundSecret[] = [];
  const matcher = rule.compiled.matcher(text.slice(from, to));
  while (matcher.find()) {
    const group = [1, 2].find((index) => index <= rule.compiled.groupCount() && matcher.group(index) !== null) ?? 0;
    const value = matcher.group(group) ?? "";
    if (value === "" || isPlaceholder(value) || entropyOf(value) < (rule.minEntropy ?? 0)) continue;
    const start = from + matcher.start(group);
    found.push({ start, end: start + value.length, value, rule: rule.id, what: rule.what });
  }
  return found;
}

/** What stands in examples and templates in the place of a secret. */
function isPlaceholder(value: string): boolean {
  return (
    /^(.)\1+$/.test(value) ||
    /example|placeholder|changeme|redacted|dummy|your[_-]|_here\b|xxxx|\*\*\*\*|<[a-z]|\$\{|%\(|1234567890?|0123456789|abcdefgh/i.test(
      value,
    ) ||
    /^(?:process\.env|os\.environ|import\.meta)\b/.test(value)
  );
}

/** Bits a character, over the value's own characters. */
export function entropyOf(value: string): number {
  const counts = new Map<string, number>();
  for (const character of value) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / value.length) * Math.log2(count / value.length);
  return bits;
}

/** The first rule keeps a place that several fit; from left to right. */
function withoutOverlaps(found: readonly FoundSecret[]): FoundSecret[] {
  const kept: FoundSecret[] = [];
  for (const secret of found)
    if (kept.every(({ start, end }) => secret.end <= start || secret.start >= end)) kept.push(secret);
  return kept.sort((a, b) => a.start - b.start);
}
