// Fitting text to a terminal: cutting, wrapping, counting. A column per character; colours take no room.
import type { Format } from "./paint.ts";

// What `paint` puts in. Of others' text nothing of the kind is left (`printable`).
const colourPattern = /(\u001b\[[0-9;]*m)/;

export function width(text: string): number {
  return text.split(colourPattern).reduce((sum, part, index) => (index % 2 === 1 ? sum : sum + [...part].length), 0);
}

/** One line of at most `columns` characters; what is cut off is marked, and its colours end. */
export function clip(text: string, columns: number): string {
  if (width(text) <= columns) return text;
  let room = Math.max(0, columns - 1);
  let isCut = false;
  const parts = text.split(colourPattern).map((part, index) => {
    if (index % 2 === 1) return part;
    if (isCut) return "";
    const characters = [...part];
    if (characters.length <= room) {
      room -= characters.length;
      return part;
    }
    isCut = true;
    return `${characters.slice(0, room).join("")}…`;
  });
  return parts.join("");
}

/** White space of any kind becomes single spaces. */
export function oneLine(text: string): string {
  return text.trim().replaceAll(/\s+/g, " ");
}

/**
 * Breaks prose at words; an item of a list goes on below its own text. Lines that are indented, as code is, stay whole: copying them
 * must give them back.
 */
export function wrap(text: string, columns: number): string {
  if (columns === Number.POSITIVE_INFINITY) return text;
  return text
    .split("\n")
    .flatMap((line) => (/^\s/.test(line) ? [line] : wrapLine(line, columns)))
    .join("\n");
}

function wrapLine(line: string, columns: number): string[] {
  const hang = line.startsWith("- ") ? "  " : "";
  const lines: string[] = [];
  let current = "";
  for (const word of line.split(" ")) {
    const longer = current === "" ? word : `${current} ${word}`;
    if (width(longer) <= columns || current.trim() === "" || current === "-") current = longer;
    else {
      lines.push(current);
      current = hang + word;
    }
  }
  return [...lines, current];
}

/** A part of a line that is painted alike. */
export interface Piece {
  text: string;
  format: Format | null;
}

/** Rows of at most `columns`, broken between any two characters; further ones leave room for a mark. A tab goes to its next stop. */
export function breakPieces(pieces: readonly Piece[], columns: number, markColumns: number): Piece[][] {
  const most = Math.max(leastCode, columns);
  let row: Piece[] = [];
  const rows = [row];
  let column = 0;
  for (const { text, format } of pieces) {
    let part = "";
    for (const character of text) {
      if (column + columnsOf(character, column) > most) {
        if (part !== "") row.push({ text: part, format });
        row = [];
        rows.push(row);
        [part, column] = ["", markColumns];
      }
      part += character;
      column += columnsOf(character, column);
    }
    if (part !== "") row.push({ text: part, format });
  }
  return rows;
}

function columnsOf(character: string, column: number): number {
  return character === "\t" ? tabColumns - (column % tabColumns) : 1;
}

const tabColumns = 8;
/** Narrower than this is no terminal in which code can be read. */
const leastCode = 20;

/** Prose that begins behind `margin` columns and goes on below its beginning. */
export function hang(text: string, margin: number, columns: number): string {
  return wrap(text, Math.max(leastProse, columns - margin)).replaceAll("\n", `\n${" ".repeat(margin)}`);
}

const leastProse = 20;

/** A line that is too wide is broken at words, and goes on deeper than it began. */
export function fitLine(line: string, columns: number): string {
  if (width(line) <= columns) return line;
  const margin = line.length - line.trimStart().length;
  return line.slice(0, margin) + hang(line.slice(margin), margin + 2, columns);
}

/** A line each: a name, and what is to be said of it. */
export function renderFields(fields: readonly (readonly [name: string, value: string])[], columns: number): string[] {
  return fields.map(([name, value]) => `  ${name.padEnd(fieldColumns)} ${hang(value, fieldColumns + 3, columns)}`);
}

const fieldColumns = 13;

/** "1 file", "2 files", "3 repositories". */
export function count(number: number, noun: string): string {
  const plural = /[^aeiou]y$/.test(noun) ? `${noun.slice(0, -1)}ies` : `${noun}s`;
  return `${number.toLocaleString("en")} ${number === 1 ? noun : plural}`;
}

/** As 2026-11-27, in UTC. */
export function day(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 10);
}

export function megabytes(bytes: number): string {
  return bytes < 1e6 ? `${Math.ceil(bytes / 1000)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

export function seconds(durationMs: number): string {
  return durationMs < 60_000
    ? `${(durationMs / 1000).toFixed(1)} s`
    : `${Math.floor(durationMs / 60_000)} min ${Math.round((durationMs % 60_000) / 1000)} s`;
}

/** How long ago, in its largest unit. */
export function age(atMs: number, nowMs: number): string {
  const passedSeconds = Math.max(0, Math.round((nowMs - atMs) / 1000));
  for (const [unit, length] of [
    ["d", 86_400],
    ["h", 3600],
    ["min", 60],
  ] as const) {
    if (passedSeconds >= length) return `${Math.floor(passedSeconds / length)} ${unit} ago`;
  }
  return passedSeconds < 5 ? "just now" : `${passedSeconds} s ago`;
}
