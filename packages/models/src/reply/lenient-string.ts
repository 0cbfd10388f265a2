// Reads a quoted string the way models write them: any kind of quotes, raw newlines, quotes inside that are not escaped. Linear.
// Says with a doubt how sure the end is; knows nothing of what the string is for, but whether it is a key.
import type { Doubt } from "./doubt.ts";

export interface ReadString {
  value: string;
  end: number;
  doubt: Doubt;
}

const closingQuotes: Record<string, string> = { '"': '"', "'": "'", "`": "`", "“": "”" };
const escapes: Record<string, string> = { n: "\n", t: "\t", r: "\r", b: "\b", f: "\f", "\n": "" };
const plainEscapes = new Set(['"', "'", "`", "\\", "/"]);
const space = /\s*/y;

export function isQuote(character: string | undefined): boolean {
  return character !== undefined && character in closingQuotes;
}

export function readQuoted(text: string, start: number, isKey: boolean): ReadString {
  const triple = text.slice(start, start + 3);
  if (triple === '"""' || triple === "'''") return readTriple(text, start, triple);
  const quote = closingQuotes[text[start] ?? ""];
  const parts: string[] = [];
  let doubt: Doubt = "none";
  let from = start + 1;
  for (let at = from; at < text.length; at++) {
    const character = text[at];
    if (character === "\\") {
      const escaped = readEscape(text, at);
      parts.push(text.slice(from, at), escaped.value);
      from = escaped.end;
      at = escaped.end - 1;
    } else if (character === quote) {
      const close = endsHere(text, at + 1, isKey);
      if (close === "yes" || close === "perhaps") {
        parts.push(text.slice(from, at));
        return { value: parts.join(""), end: at + 1, doubt: close === "perhaps" ? "guessed" : doubt };
      }
      doubt = "guessed";
    }
  }
  parts.push(text.slice(from));
  return { value: parts.join(""), end: text.length, doubt: "unterminated" };
}

/** Whether the string may end before `at`: by what comes next. */
function endsHere(text: string, at: number, isKey: boolean): "yes" | "no" | "perhaps" {
  space.lastIndex = at;
  const gap = space.exec(text)?.[0] ?? "";
  const next = text[at + gap.length];
  if (next === undefined) return "yes";
  if (isKey) return next === ":" ? "yes" : "no";
  if (next === "," || next === "}" || next === "]" || next === ")") return "yes";
  // A comma was forgotten between two lines.
  return gap.includes("\n") && isQuote(next) ? "perhaps" : "no";
}

function readTriple(text: string, start: number, quotes: string): ReadString {
  const end = text.indexOf(quotes, start + 3);
  if (end < 0) return { value: text.slice(start + 3), end: text.length, doubt: "unterminated" };
  const value = text.slice(start + 3, end).replaceAll(/\\([\s\S])/g, (all: string, next: string) => {
    return escapes[next] ?? (plainEscapes.has(next) ? next : all);
  });
  return { value, end: end + 3, doubt: "none" };
}

function readEscape(text: string, at: number): { value: string; end: number } {
  const next = text[at + 1] ?? "";
  const code = next === "u" ? /^[0-9a-fA-F]{4}/.exec(text.slice(at + 2, at + 6))?.[0] : undefined;
  if (code !== undefined) return { value: String.fromCharCode(Number.parseInt(code, 16)), end: at + 6 };
  if (next in escapes) return { value: escapes[next] ?? "", end: at + 2 };
  if (plainEscapes.has(next)) return { value: next, end: at + 2 };
  // "\d" of a pattern that was not escaped once more.
  return { value: `\\${next}`, end: at + 2 };
}
