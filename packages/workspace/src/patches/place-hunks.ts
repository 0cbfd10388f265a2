// Hunks → a file's lines: each where it says, or the nearest place that has its lines; with up to two context lines at its ends left out of
// the comparison when nothing else fits; and with the file's own line ends where the patch has lost them. Everything but an exact fit is
// reported. Pure. Invariant: lines that a hunk removes are always compared in full; a doubtful place is refused.
import type { PatchHunk } from "./read-hunk.ts";

export interface Placement {
  /** From 1, within the file. */
  hunk: number;
  /** Lines between where the hunk said and where it went. */
  offset: number;
  /** Context lines that were left out at each end. */
  fuzz: number;
  /** The file's line ends were taken instead of the patch's. */
  lineEndings: boolean;
}

export type PlacedFile =
  | { ok: true; lines: string[]; placements: Placement[] }
  /** `line`: of the file, 1-based, where it should have been. */
  | { ok: false; hunk: number; line: number; wanted: string[]; reason: string };

const MAX_FUZZ = 2;
/** Of looking for places in one file; a patch that needs more was not made for it. */
const MAX_COMPARISONS = 20_000_000;

interface Candidate {
  /** What must be there, at `at` + `skip`. */
  old: string[];
  skip: number;
  fuzz: number;
  lineEndings: boolean;
}

/** Latin-1 lines with terminators. */
export function placeHunks(lines: readonly string[], hunks: readonly PatchHunk[]): PlacedFile {
  const result: string[] = [];
  const placements: Placement[] = [];
  let [done, drift] = [0, 0];
  const work = { left: MAX_COMPARISONS };
  for (const [index, hunk] of hunks.entries()) {
    const old = hunk.lines.filter(({ sign }) => sign !== "+").map(({ text }) => text);
    const said = old.length === 0 ? hunk.oldStart : hunk.oldStart - 1;
    const wished = Math.max(0, said + drift);
    const found = findPlace(lines, hunk, old, { from: done, wished, work });
    if (typeof found === "string") return { ok: false, hunk: index + 1, line: wished + 1, wanted: old, reason: found };
    const { at, candidate } = found;
    for (const line of lines.slice(done, at)) result.push(line);
    for (const line of rewrite(lines, hunk, at, candidate)) result.push(line);
    done = at + old.length;
    drift = at - said;
    placements.push({ hunk: index + 1, offset: drift, fuzz: candidate.fuzz, lineEndings: candidate.lineEndings });
  }
  for (const line of lines.slice(done)) result.push(line);
  return { ok: true, lines: result, placements };
}

function candidatesOf(hunk: PatchHunk, old: string[]): Candidate[] {
  const contextAt = (lines: PatchHunk["lines"]) => {
    const first = lines.findIndex(({ sign }) => sign !== " ");
    return first < 0 ? lines.length : first;
  };
  const before = contextAt(hunk.lines);
  const after = contextAt(hunk.lines.toReversed());
  const all: Candidate[] = [];
  for (const lineEndings of [false, true])
    for (let fuzz = 0; fuzz <= MAX_FUZZ; fuzz++) {
      // As much context is left out on the longer side first.
      const skip = Math.min(fuzz, before);
      const end = old.length - Math.min(fuzz, after);
      if (fuzz > 0 && (end - skip <= 0 || (fuzz > before && fuzz > after))) continue;
      all.push({ old: old.slice(skip, end), skip, fuzz, lineEndings });
    }
  return all;
}

/** A place, or why there is none. */
function findPlace(
  lines: readonly string[],
  hunk: PatchHunk,
  old: string[],
  { from, wished, work }: { from: number; wished: number; work: { left: number } },
): { at: number; candidate: Candidate } | string {
  if (old.length === 0) {
    const isThere = wished >= from && wished <= lines.length;
    return isThere
      ? { at: wished, candidate: { old, skip: 0, fuzz: 0, lineEndings: false } }
      : `adds lines behind line ${wished}, and the file has ${lines.length}`;
  }
  for (const candidate of candidatesOf(hunk, old)) {
    if (wished >= from && isAt(lines, candidate, old.length, wished)) return { at: wished, candidate };
    work.left -= lines.length;
    if (work.left < 0) return "does not fit where it says, and there is too much to look through";
    const places = findAll(lines, candidate, old.length, from);
    if (places.length === 0) continue;
    const nearest = Math.min(...places.map((place) => Math.abs(place - wished)));
    const near = places.filter((place) => Math.abs(place - wished) === nearest);
    const [at] = near;
    if (at === undefined) continue;
    if (near.length > 1 || (candidate.fuzz > 0 && places.length > 1))
      return `fits in ${places.length} places, and none is the one it names`;
    return { at, candidate };
  }
  return "does not fit: the lines it names are not there";
}

function isAt(lines: readonly string[], candidate: Candidate, length: number, at: number): boolean {
  if (at + length > lines.length) return false;
  const bare = (line: string | undefined) => line?.replace(/\r?\n$/u, "");
  return candidate.old.every((line, index) => {
    const there = lines[at + candidate.skip + index];
    return there === line || (candidate.lineEndings && bare(there) === bare(line));
  });
}

function findAll(lines: readonly string[], candidate: Candidate, length: number, from: number): number[] {
  const places: number[] = [];
  for (let at = from; at + length <= lines.length; at++) if (isAt(lines, candidate, length, at)) places.push(at);
  return places;
}

/** The hunk's lines at its place: context stays the file's own; added lines take its line ends where the patch has lost them. */
function rewrite(lines: readonly string[], hunk: PatchHunk, at: number, { lineEndings }: Candidate): string[] {
  const result: string[] = [];
  let next = at;
  const isWindows = lines.filter((line) => line.endsWith("\r\n")).length * 2 > lines.length;
  for (const { sign, text } of hunk.lines) {
    if (sign === "+") result.push(lineEndings && isWindows ? text.replace(/(?<!\r)\n$/u, "\r\n") : text);
    else if (sign === " ") result.push(lines[next] ?? text);
    if (sign !== "+") next++;
  }
  return result;
}
