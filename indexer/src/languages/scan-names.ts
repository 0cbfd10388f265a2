// Finds the names in a text: words of code, outside of comments and strings. By the language's lexis alone, so that it costs no syntax tree;
// it does not know what a name means.
import type { Lexis } from "./lexis.ts";

const defaultName = "[\\p{L}_$][\\p{L}\\p{N}_$]*";
const maxNameCharacters = 100;
const compiled = new WeakMap<Lexis, { token: RegExp; hole: RegExp | null; name: RegExp }>();

/** Calls `visit` with every name and its offset, in order, with repeats. Names of one character are left out. */
export function scanNames(text: string, lexis: Lexis, visit: (name: string, offset: number) => void): void {
  const { token, hole, name } = compile(lexis);
  for (const match of text.matchAll(token)) {
    const [whole, interpolated, word] = match;
    if (word !== undefined) visitName(word, match.index, visit);
    else if (interpolated !== undefined && hole !== null) {
      for (const inner of whole.matchAll(hole)) {
        const code = inner.slice(1).find((group) => group !== undefined);
        if (code === undefined) continue;
        const start = match.index + inner.index + inner[0].indexOf(code);
        for (const found of code.matchAll(name)) visitName(found[0], start + found.index, visit);
      }
    }
  }
}

function visitName(name: string, offset: number, visit: (name: string, offset: number) => void): void {
  if (name.length > 1 && name.length <= maxNameCharacters) visit(name, offset);
}

function compile(lexis: Lexis) {
  const known = compiled.get(lexis);
  if (known) return known;
  const name = lexis.name ?? defaultName;
  // What holds code comes first: its prefix (`f"`) would else be a name. A group that never matches stands for what there is none of.
  const interpolated = lexis.interpolated?.join("|") ?? "(?!)";
  const made = {
    token: new RegExp(`(${interpolated})|(?:${lexis.skip.join("|")})|(${name})`, "gu"),
    hole: lexis.hole === undefined ? null : new RegExp(lexis.hole, "gu"),
    name: new RegExp(name, "gu"),
  };
  compiled.set(lexis, made);
  return made;
}
