// Finds the names in a text: words of code, outside of comments and strings. By the language's lexis alone, so that it costs no syntax tree;
// it does not know what a name means. Goes from character to character, since most are of names: its expressions are only asked where a
// comment or a string may begin, and for names that are not all ASCII.
import type { Lexis } from "./lexis.ts";

const defaultName = "[\\p{L}_$][\\p{L}\\p{N}_$]*";
const maxNameCharacters = 100;
const compiled = new WeakMap<Lexis, CompiledLexis>();

/** What a character of ASCII may be: the first of what is skipped, and the first, one inside, and only the last of a name. */
const [skipped, first, inner, last] = [1, 2, 4, 8];

interface CompiledLexis {
  kinds: Uint8Array;
  /** These four only match where they are set to. */
  skip: RegExp;
  interpolated: RegExp | null;
  name: RegExp;
  hole: RegExp | null;
  nameInHole: RegExp;
}

type Visit = (name: string, offset: number) => void;

/** Calls `visit` with every name and its offset, in order, with repeats. Names of one character are left out. */
export function scanNames(text: string, lexis: Lexis, visit: Visit): void {
  const { kinds, skip, interpolated, name, hole, nameInHole } = compile(lexis);
  const { length } = text;
  for (let at = 0; at < length; ) {
    const code = text.charCodeAt(at);
    const kind = code < 128 ? (kinds[code] as number) : 0;
    if ((kind & skipped) !== 0) {
      const isInterpolated = interpolated !== null && matchesAt(interpolated, text, at);
      const end = isInterpolated ? interpolated.lastIndex : matchesAt(skip, text, at) ? skip.lastIndex : at;
      if (isInterpolated && hole !== null) scanHoles(text.slice(at, end), at, hole, nameInHole, visit);
      if (end > at) {
        at = end;
        continue;
      }
    }
    let end = at + 1;
    if ((kind & first) !== 0) {
      let next = end < length ? text.charCodeAt(end) : 0;
      while (next < 128 && ((kinds[next] as number) & inner) !== 0) next = ++end < length ? text.charCodeAt(end) : 0;
      if (next >= 128) end = matchesAt(name, text, at) ? name.lastIndex : end;
      else if (((kinds[next] as number) & last) !== 0) end++;
      visitName(text, at, end, visit);
    } else if (code >= 128) {
      if (matchesAt(name, text, at)) {
        end = name.lastIndex;
        visitName(text, at, end, visit);
      } else if ((text.codePointAt(at) as number) > 0xffff) end++;
    }
    at = end;
  }
}

function matchesAt(expression: RegExp, text: string, at: number): boolean {
  expression.lastIndex = at;
  return expression.test(text);
}

/** `start`: where the string stands in the text. */
function scanHoles(string: string, start: number, hole: RegExp, name: RegExp, visit: Visit): void {
  for (const inside of string.matchAll(hole)) {
    const code = inside.slice(1).find((group) => group !== undefined);
    if (code === undefined) continue;
    const from = start + inside.index + inside[0].indexOf(code);
    for (const found of code.matchAll(name)) {
      if (isLongEnough(found[0].length)) visit(found[0], from + found.index);
    }
  }
}

function visitName(text: string, start: number, end: number, visit: Visit): void {
  if (isLongEnough(end - start)) visit(text.slice(start, end), start);
}

function isLongEnough(characters: number): boolean {
  return characters > 1 && characters <= maxNameCharacters;
}

function compile(lexis: Lexis): CompiledLexis {
  const known = compiled.get(lexis);
  if (known) return known;
  const name = lexis.name ?? defaultName;
  const made: CompiledLexis = {
    kinds: kindsOf(lexis.starts, new RegExp(`^(?:${name})$`, "u")),
    skip: new RegExp(lexis.skip.join("|"), "uy"),
    interpolated: lexis.interpolated ? new RegExp(lexis.interpolated.join("|"), "uy") : null,
    name: new RegExp(name, "uy"),
    hole: lexis.hole === undefined ? null : new RegExp(lexis.hole, "gu"),
    nameInHole: new RegExp(name, "gu"),
  };
  compiled.set(lexis, made);
  return made;
}

function kindsOf(starts: string, wholeName: RegExp): Uint8Array {
  return Uint8Array.from({ length: 128 }, (_, code) => {
    const character = String.fromCharCode(code);
    const isInner = wholeName.test(`a${character}a`);
    return (
      (starts.includes(character) ? skipped : 0) |
      (wholeName.test(character) ? first : 0) |
      (isInner ? inner : wholeName.test(`a${character}`) ? last : 0)
    );
  });
}
