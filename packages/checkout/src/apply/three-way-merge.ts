// Three versions of a file's bytes → one, or the reason why not and the lines that stand against each other. Bytes are bytes: lines are
// compared as latin-1, so that every encoding, a BOM and a missing final newline come out as they went in. A checkout whose lines end in
// CRLF where the repository's end in LF (git converts them) is merged by its text and keeps its CRLF.
// Does not know paths or modes. Bounded: what is too large or too different to merge is a conflict.
import type { ConflictHunk } from "@outpost/protocol";
import { type LineConflict, MAX_MERGE_EDITS, mergeLines } from "./merge-lines.ts";

const MAX_MERGE_BYTES = 2_000_000;
const MAX_MERGE_LINES = 50_000;
/** Of what a conflict shows. */
const MAX_SHOWN_HUNKS = 20;
const MAX_SHOWN_LINES = 40;
const MAX_SHOWN_CHARACTERS = 400;

export type MergeResult = { bytes: Uint8Array } | { reason: string; hunks?: ConflictHunk[] };

/** How a conflict is told: since when, and what a person can do. */
export interface MergeWords {
  since: string;
  advice: string;
}

export const applyWords: MergeWords = {
  since: "since the task began",
  advice: "commit or restore it, or run the task again",
};

export const revertWords: MergeWords = {
  since: "since the change was applied",
  advice: "undo that by hand, or keep the change",
};

export function areEqualBytes(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && Buffer.compare(left, right) === 0;
}

function toText(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}

/** Lines with their terminators. */
function toLines(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/gu) ?? [];
}

/** Whether git turned every LF into CRLF on the way to the checkout. */
function isConverted(base: string, current: string, next: string): boolean {
  return current.includes("\r\n") && !/(?<!\r)\n/u.test(current) && !base.includes("\r") && !next.includes("\r");
}

function show(lines: readonly string[]): string[] {
  const shown = lines.slice(0, MAX_SHOWN_LINES).map((line) => {
    const text = new TextDecoder().decode(Buffer.from(line.replace(/\r?\n$/u, ""), "latin1"));
    return text.length > MAX_SHOWN_CHARACTERS ? `${text.slice(0, MAX_SHOWN_CHARACTERS)}…` : text;
  });
  return lines.length > MAX_SHOWN_LINES ? [...shown, `… ${lines.length - MAX_SHOWN_LINES} lines more`] : shown;
}

function toHunk({ startLine, base, current, next }: LineConflict): ConflictHunk {
  return { startLine, base: show(base), current: show(current), wanted: show(next) };
}

/** `binary`: whether to refuse merging even without NUL bytes. */
export function mergeThreeWay(
  base: Uint8Array,
  current: Uint8Array,
  next: Uint8Array,
  binary: boolean,
  { since, advice }: MergeWords = applyWords,
): MergeResult {
  if (areEqualBytes(current, base)) return { bytes: next };
  if (areEqualBytes(next, base) || areEqualBytes(current, next)) return { bytes: current };
  const sides = [base, current, next];
  if (binary || sides.some((side) => side.includes(0)))
    return { reason: `changed ${since} and is binary, so that it cannot be merged; ${advice}` };
  if (sides.some((side) => side.length > MAX_MERGE_BYTES))
    return { reason: `changed ${since} and is too large to merge (over ${MAX_MERGE_BYTES} bytes)` };
  const [baseText = "", currentText = "", nextText = ""] = sides.map(toText);
  const converted = isConverted(baseText, currentText, nextText);
  const texts = [baseText, converted ? currentText.replaceAll("\r\n", "\n") : currentText, nextText];
  const [baseLines = [], currentLines = [], nextLines = []] = texts.map(toLines);
  if ([baseLines, currentLines, nextLines].some((lines) => lines.length > MAX_MERGE_LINES))
    return { reason: `changed ${since} and is too large to merge (over ${MAX_MERGE_LINES} lines)` };
  const merged = mergeLines(baseLines, currentLines, nextLines);
  if (merged === undefined)
    return { reason: `changed ${since} in more than ${MAX_MERGE_EDITS} lines, too many to merge; ${advice}` };
  if ("conflicts" in merged)
    return {
      reason: `changed ${since} in the same lines as the change; ${advice}`,
      hunks: merged.conflicts.slice(0, MAX_SHOWN_HUNKS).map(toHunk),
    };
  const text = merged.lines.join("");
  return { bytes: new Uint8Array(Buffer.from(converted ? text.replaceAll("\n", "\r\n") : text, "latin1")) };
}
