// A hunk for reading: code in the colours of its language, removed and added lines marked, and within lines that were changed the words
// that were. Lines are paired as they stand: the first removed with the first added, in each run of both. What is wider than the terminal
// goes on below, behind a mark where the sign stands, so that nothing within a line can be taken for a line that was added or removed.
import type { Hunk } from "@outpost/protocol";
import { diffArrays } from "diff";
import { breakPieces, type Piece } from "./layout.ts";
import { type Paint, printable } from "./paint.ts";
import { splitWords, tokenize } from "./syntax.ts";

/** A line of which more than this part changed is simply another line. */
const maxChangedShare = 0.6;
/** Longer ones are not compared word by word. */
const maxComparedCharacters = 1000;

const colours = { plain: null, comment: "dim", text: "yellow", number: "cyan", keyword: "magenta" } as const;
const continuation = "↳";

export function renderHunk(hunk: Hunk, language: string, paint: Paint): string[] {
  const place = `@@ -${hunk.oldStart},${hunk.oldLines} +${hunk.newStart},${hunk.newLines} @@`;
  return [paint("cyan", place), ...renderLines(hunk.lines.map(printable), language, paint)];
}

function renderLines(lines: readonly string[], language: string, paint: Paint): string[] {
  const partners = pairLines(lines);
  return lines.flatMap((line, index) => {
    const partner = partners.get(index);
    const other = partner === undefined ? undefined : lines[partner];
    const rows = breakPieces(piecesOf(line, other, language), paint.columns, 1);
    return rows.map((row, at) => (at === 0 ? "" : paint("dim", continuation)) + row.map(painter(paint)).join(""));
  });
}

function painter(paint: Paint): (piece: Piece) => string {
  return ({ text, format }) => (format === null ? text : paint(format, text));
}

/** `other`: the line that it stands against. */
function piecesOf(line: string, other: string | undefined, language: string): Piece[] {
  const sign = line[0] ?? " ";
  if (sign === "\\") return [{ text: line, format: "dim" }];
  if (sign === " ") {
    const tokens = tokenize(line.slice(1), language);
    return [{ text: " ", format: null }, ...tokens.map(({ text, kind }) => ({ text, format: colours[kind] }))];
  }
  const colour = sign === "+" ? "green" : "red";
  const changed = other === undefined ? null : changedWords(line.slice(1), other.slice(1));
  if (changed === null) return [{ text: line, format: colour }];
  const words = changed.map(({ text, isChanged }): Piece => {
    return { text, format: isChanged ? [colour, "bold", "underline"] : colour };
  });
  return [{ text: sign, format: colour }, ...words];
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
