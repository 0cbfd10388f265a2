// A hunk for reading: code in the colours of its language, removed and added lines marked, and within lines that were changed the words
// that were. Lines are paired as they stand: the first removed with the first added, in each run of both.
import type { Hunk } from "@outpost/protocol";
import { diffArrays } from "diff";
import { type Paint, printable } from "./paint.ts";
import { splitWords, type TokenKind, tokenize } from "./syntax.ts";

/** A line of which more than this part changed is simply another line. */
const maxChangedShare = 0.6;
/** Longer ones are not compared word by word. */
const maxComparedCharacters = 1000;

const colours = { comment: "dim", text: "yellow", number: "cyan", keyword: "magenta" } as const;

export function renderHunk(hunk: Hunk, language: string, paint: Paint): string[] {
  const place = `@@ -${hunk.oldStart},${hunk.oldLines} +${hunk.newStart},${hunk.newLines} @@`;
  return [paint("cyan", place), ...renderLines(hunk.lines.map(printable), language, paint)];
}

function renderLines(lines: readonly string[], language: string, paint: Paint): string[] {
  const partners = pairLines(lines);
  return lines.map((line, index) => {
    const sign = line[0] ?? " ";
    if (sign === "\\") return paint("dim", line);
    if (sign === " ") return ` ${paintCode(line.slice(1), language, paint)}`;
    const colour = sign === "+" ? "green" : "red";
    const partner = partners.get(index);
    const other = partner === undefined ? undefined : lines[partner];
    const changed = other === undefined ? null : changedWords(line.slice(1), other.slice(1));
    return changed === null ? paint(colour, line) : paint(colour, sign) + paintChanged(changed, colour, paint);
  });
}

/** Which removed line stands against which added one, both ways. */
function pairLines(lines: readonly string[]): Map<number, number> {
  const partners = new Map<number, number>();
  for (let at = 0; at < lines.length; ) {
    const removed = runOf(lines, at, "-");
    const added = runOf(lines, at + removed, "+");
    for (let pair = 0; pair < Math.min(removed, added); pair++) {
      partners.set(at + pair, at + removed + pair);
      partners.set(at + removed + pair, at + pair);
    }
    at += Math.max(1, removed + added);
  }
  return partners;
}

function runOf(lines: readonly string[], from: number, sign: string): number {
  let length = 0;
  while (lines[from + length]?.startsWith(sign)) length++;
  return length;
}

interface Words {
  text: string;
  isChanged: boolean;
}

/** Null where the two have too little in common. */
function changedWords(line: string, other: string): Words[] | null {
  if (line.length > maxComparedCharacters || other.length > maxComparedCharacters) return null;
  const parts = diffArrays(splitWords(other), splitWords(line));
  const words = parts.flatMap(({ value, added, removed }) =>
    removed ? [] : [{ text: value.join(""), isChanged: added }],
  );
  const changed = words.reduce((sum, word) => sum + (word.isChanged ? word.text.trim().length : 0), 0);
  return changed > maxChangedShare * line.trim().length ? null : words;
}

function paintChanged(words: readonly Words[], colour: "green" | "red", paint: Paint): string {
  return words
    .map(({ text, isChanged }) => (isChanged ? paint([colour, "bold", "underline"], text) : paint(colour, text)))
    .join("");
}

export function paintCode(line: string, language: string, paint: Paint): string {
  return tokenize(line, language)
    .map(({ text, kind }) => paintToken(text, kind, paint))
    .join("");
}

function paintToken(text: string, kind: TokenKind, paint: Paint): string {
  return kind === "plain" ? text : paint(colours[kind], text);
}
