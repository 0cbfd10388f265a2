// Packs hits into text for a model: per file, overlapping and adjacent ranges joined, each under a heading with path, lines and symbols,
// best file first, equal texts once, cut to a budget of characters. Knows no tokens; deterministic.
import { type Hit, makeNameVisible } from "@outpost/protocol";

export interface PackOptions {
  /** Of the whole text, headings included. */
  maxCharacters: number;
  /** Of one section's text; longer ones end with a mark. Default 6000. */
  maxSectionCharacters?: number;
}

export interface PackedSection {
  path: string;
  /** 1-based, inclusive: the lines that the text shows. */
  startLine: number;
  endLine: number;
  symbols: string[];
  /** Other places with the very same text, `path:start-end`; shown once. */
  alsoAt: string[];
  text: string;
}

export interface PackedHits {
  text: string;
  /** In the order of the text. */
  sections: PackedSection[];
  /** Hits of which nothing fitted. */
  omittedHits: number;
}

interface Range extends PackedSection {
  hits: number;
  /** Where its best hit begins to pay, and that hit's score. */
  bestLine: number;
  bestScore: number;
}

/** A section that would show fewer characters than this is left out instead. */
const minSectionCharacters = 80;
const defaultSectionCharacters = 6000;
/** Named in a heading. */
const maxCopies = 4;

export function packHits(hits: readonly Hit[], options: PackOptions): PackedHits {
  const maxSection = options.maxSectionCharacters ?? defaultSectionCharacters;
  const sections: PackedSection[] = [];
  const parts: string[] = [];
  let left = options.maxCharacters;
  let omittedHits = 0;
  for (const range of joinCopies(joinRanges(hits))) {
    const separator = parts.length === 0 ? 0 : 2;
    // The heading is measured before cutting: with fewer lines it can only get shorter.
    const room = Math.min(maxSection, left - separator - heading(range).length - 1);
    const section = room < Math.min(minSectionCharacters, range.text.length) ? undefined : cutToFit(range, room);
    if (section === undefined) {
      omittedHits += range.hits;
      continue;
    }
    const part = `${heading(section)}\n${section.text}`;
    left -= part.length + separator;
    parts.push(part);
    sections.push(section);
  }
  return { text: parts.join("\n\n"), sections, omittedHits };
}

function heading({ path, startLine, endLine, symbols, alsoAt }: PackedSection): string {
  const names = symbols.length === 0 ? "" : ` (${symbols.map(makeNameVisible).join(", ")})`;
  const copies = alsoAt.length === 0 ? "" : `, the same at ${alsoAt.map(makeNameVisible).join(", ")}`;
  return `## ${makeNameVisible(path)}:${startLine}-${endLine}${names}${copies}`;
}

/** Copies of a text (vendored, generated, mirrored files) join the section of the first. */
function joinCopies(ranges: readonly Range[]): Range[] {
  const byText = new Map<string, Range>();
  return ranges.filter((range) => {
    const first = range.text.length < minSectionCharacters ? undefined : byText.get(range.text);
    if (first === undefined) {
      byText.set(range.text, range);
      return true;
    }
    first.hits += range.hits;
    if (first.alsoAt.length < maxCopies) first.alsoAt.push(`${range.path}:${range.startLine}-${range.endLine}`);
    return false;
  });
}

/** Files in the order of their best hit, ranges by line within a file. */
function joinRanges(hits: readonly Hit[]): Range[] {
  const byPath = new Map<string, Hit[]>();
  for (const hit of hits) byPath.set(hit.path, [...(byPath.get(hit.path) ?? []), hit]);
  return [...byPath.values()].flatMap((ofFile) => {
    const ranges: Range[] = [];
    for (const hit of ofFile.sort((a, b) => a.startLine - b.startLine || a.endLine - b.endLine)) {
      const last = ranges.at(-1);
      if (last !== undefined && hit.startLine <= last.endLine + 1) extend(last, hit);
      else ranges.push(toRange(hit));
    }
    return ranges;
  });
}

function toRange(hit: Hit): Range {
  const { path, startLine, endLine, text, bestLine = startLine, score: bestScore } = hit;
  return {
    bestLine,
    bestScore,
    path,
    startLine,
    endLine,
    symbols: namesOf(hit),
    alsoAt: [],
    text: trimEnd(text),
    hits: 1,
  };
}

/** Of what is in no definition of its own, what it stands in. */
function namesOf({ symbol, within }: Hit): string[] {
  const name = symbol ?? within ?? null;
  return name === null ? [] : [name];
}

function extend(range: Range, hit: Hit): void {
  range.hits += 1;
  if (hit.score > range.bestScore) {
    range.bestScore = hit.score;
    range.bestLine = hit.bestLine ?? hit.startLine;
  }
  for (const name of namesOf(hit)) if (!range.symbols.includes(name)) range.symbols.push(name);
  if (hit.endLine <= range.endLine) return;
  const fresh = trimEnd(hit.text)
    .split("\n")
    .slice(range.endLine + 1 - hit.startLine);
  range.text = `${padLines(range)}\n${fresh.join("\n")}`;
  range.endLine = hit.endLine;
}

/** Blank lines that were trimmed off the end count again once something follows. */
function padLines({ text, startLine, endLine }: Range): string {
  const missing = endLine - startLine + 1 - text.split("\n").length;
  return missing > 0 ? text + "\n".repeat(missing) : text;
}

/** Whole lines, as many as fit: from the start if the best line is among them, else from just above that one. */
function cutToFit(range: Range, room: number): PackedSection | undefined {
  const { path, symbols, alsoAt, bestLine } = range;
  const at = ({ startLine, text, endLine }: Pick<PackedSection, "startLine" | "text" | "endLine">) => {
    return { path, startLine, endLine, symbols, alsoAt, text };
  };
  if (range.text.length <= room) return at(range);
  const lines = range.text.split("\n");
  const best = bestLine - range.startLine;
  const first = linesThatFit(lines, room - mark.length - 1);
  // The heading was measured with the first line.
  const moreDigits = String(range.endLine).length - String(range.startLine).length;
  const from = best < first.length ? 0 : Math.max(0, best - linesAbove);
  const shown = from === 0 ? first : linesThatFit(lines.slice(from), room - 2 * (mark.length + 1) - moreDigits);
  if (shown.length === 0) return undefined;
  const startLine = range.startLine + from;
  const isWhole = from + shown.length === lines.length;
  const text = [...(from > 0 ? [mark] : []), ...shown, ...(isWhole ? [] : [mark])].join("\n");
  return at({ startLine, endLine: startLine + shown.length - 1, text });
}

const mark = "[…]";
/** Before the best one. */
const linesAbove = 2;

/** With the newline that each is joined by. */
function linesThatFit(lines: readonly string[], room: number): string[] {
  let length = 0;
  const fitting: string[] = [];
  for (const line of lines) {
    length += line.length + 1;
    if (length > room) break;
    fitting.push(line);
  }
  return fitting;
}

function trimEnd(text: string): string {
  return text.replace(/\s+$/, "");
}
