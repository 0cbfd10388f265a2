// A glob as a predicate over relative paths: `*`, `?`, `[a-z]` within a name, `**` over names, `{a,b}` anywhere.
// Does not know the disk. Time grows with pattern × path, never exponentially, since patterns come from a model.
import { OutpostError } from "./errors.ts";

const MAX_PATTERN_CHARACTERS = 1024;
const MAX_ALTERNATIVES = 256;

/** `a{b,c}d` → `abd`, `acd`; nested braces too. A brace without partner or comma stands for itself. */
function expandBraces(pattern: string, budget: { left: number }): string[] {
  const group = findBraceGroup(pattern);
  if (!group) {
    if (--budget.left < 0) throw invalidGlob(pattern, `has more than ${MAX_ALTERNATIVES} alternatives in braces`);
    return [pattern];
  }
  const { start, end, options } = group;
  return options.flatMap((option) => expandBraces(pattern.slice(0, start) + option + pattern.slice(end + 1), budget));
}

function findBraceGroup(pattern: string): { start: number; end: number; options: string[] } | null {
  for (let start = pattern.indexOf("{"); start >= 0; start = pattern.indexOf("{", start + 1)) {
    const commas: number[] = [];
    let depth = 0;
    for (let at = start; at < pattern.length; at++) {
      const character = pattern[at];
      if (character === "{") depth++;
      else if (character === "," && depth === 1) commas.push(at);
      else if (character === "}" && --depth === 0) {
        if (commas.length === 0) break;
        const bounds = [start, ...commas, at];
        const options = bounds.slice(1).map((bound, index) => pattern.slice((bounds[index] ?? 0) + 1, bound));
        return { start, end: at, options };
      }
    }
  }
  return null;
}

function invalidGlob(pattern: string, why: string): OutpostError {
  return new OutpostError("invalid_input", `glob ${JSON.stringify(pattern.slice(0, 200))} ${why}; use a simpler one`);
}

type Matches<T> = (item: T) => boolean;

/** Matches `items` against tokens in which `null` stands for any run of items: the last run is the only one ever tried again. */
function matchRuns<T>(tokens: readonly (Matches<T> | null)[], items: readonly T[]): boolean {
  let token = 0;
  let item = 0;
  let retryToken = -1;
  let retryItem = 0;
  while (item < items.length) {
    const current = tokens[token];
    if (current === null) {
      retryToken = token++;
      retryItem = item;
    } else if (current?.(items[item] as T)) {
      token++;
      item++;
    } else if (retryToken >= 0) {
      token = retryToken + 1;
      item = ++retryItem;
    } else return false;
  }
  while (tokens[token] === null) token++;
  return token === tokens.length;
}

/** `[a-z_]` at `at`: its predicate and where it ends; null when it is no class. */
function parseClass(characters: readonly string[], at: number): { matches: Matches<string>; end: number } | null {
  const negated = characters[at + 1] === "!" || characters[at + 1] === "^";
  const first = at + (negated ? 2 : 1);
  const end = characters.indexOf("]", first + 1);
  if (end < 0) return null;
  const ranges: [string, string][] = [];
  for (let index = first; index < end; index++) {
    const low = characters[index] ?? "";
    const isRange = characters[index + 1] === "-" && index + 2 < end;
    ranges.push([low, isRange ? (characters[index + 2] ?? "") : low]);
    if (isRange) index += 2;
  }
  return { matches: (c) => ranges.some(([low, high]) => c >= low && c <= high) !== negated, end };
}

/** Nearly every name is told apart by the literal text that the pattern begins or ends with: only the others are taken apart. */
function compileName(pattern: string): Matches<string> {
  const characters = [...pattern];
  const tokens: (Matches<string> | null)[] = [];
  let head: string | null = null;
  let tail = "";
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at] ?? "";
    const range = character === "[" ? parseClass(characters, at) : null;
    if (character !== "*" && character !== "?" && !range) {
      tokens.push((c) => c === character);
      tail += character;
      continue;
    }
    tokens.push(character === "*" ? null : (range?.matches ?? (() => true)));
    if (range) at = range.end;
    head ??= tail;
    tail = "";
  }
  if (head === null) return (name) => name === pattern;
  const begin = head;
  return (name) => name.startsWith(begin) && name.endsWith(tail) && matchRuns(tokens, [...name]);
}

function compileAlternative(pattern: string): Matches<string> {
  const trimmed = pattern.replace(/^(?:\.?\/)+/u, "");
  // "docs/" means all below it.
  const whole = trimmed.endsWith("/") ? `${trimmed}**` : trimmed;
  const names = whole.split("/");
  const tokens = names.map((name) => (name === "**" ? null : compileName(name)));
  const [only] = tokens;
  if (names.length === 1 && !pattern.startsWith("/") && only)
    return (path) => only(path.slice(path.lastIndexOf("/") + 1));
  return (path) => matchRuns(tokens, path.split("/"));
}

/** Rejects (throws) with `invalid_input` for a pattern over its bounds. A pattern without "/" matches the name anywhere. */
export function compileGlob(pattern: string): (path: string) => boolean {
  if (pattern === "") throw invalidGlob(pattern, "is empty");
  if (pattern.length > MAX_PATTERN_CHARACTERS)
    throw invalidGlob(pattern, `is longer than ${MAX_PATTERN_CHARACTERS} characters`);
  const alternatives = expandBraces(pattern, { left: MAX_ALTERNATIVES }).map(compileAlternative);
  return (path) => alternatives.some((matches) => matches(path));
}
