// The places of a file that look most like a text that was not found in it: what a refused edit shows. Only ever shown, never edited.

export interface NearestLines {
  /** 1-based. */
  startLine: number;
  lines: string[];
  /** 0 to 1: how much the lines look like the wanted ones. */
  likeness: number;
  /** Equal but for the spaces at the beginning of lines. */
  onlyIndentation: boolean;
}

const maxWantedLines = 40;
const maxCandidates = 60;
/** Below this the place would only mislead. */
const minLikeness = 0.4;

/** At most `limit` places, best first, not overlapping. Empty when nothing is like it. */
export function findNearestLines(fileLines: readonly string[], wanted: string, limit: number): NearestLines[] {
  const wantedLines = trimBlankEnds(wanted.split(/\r?\n/)).slice(0, maxWantedLines);
  if (wantedLines.length === 0 || fileLines.length === 0) return [];
  const places = candidateStarts(fileLines, wantedLines)
    .map((start) => measure(fileLines, wantedLines, start))
    .filter((place) => place.likeness >= minLikeness)
    .sort((a, b) => b.likeness - a.likeness || a.startLine - b.startLine);
  const chosen: NearestLines[] = [];
  for (const place of places) {
    if (chosen.length === limit) break;
    const isApart = chosen.every((other) => Math.abs(other.startLine - place.startLine) >= wantedLines.length);
    if (isApart && place.likeness > (chosen[0]?.likeness ?? 0) - 0.15) chosen.push(place);
  }
  return chosen;
}

/** Where lines that are equal but for spaces would put the block; without any, the lines that look most like its longest one. */
function candidateStarts(fileLines: readonly string[], wantedLines: readonly string[]): number[] {
  const offsets = new Map<string, number>();
  wantedLines.forEach((line, offset) => {
    if (line.trim().length > 2) offsets.set(line.trim(), offset);
  });
  const votes = new Map<number, number>();
  fileLines.forEach((line, index) => {
    const offset = offsets.get(line.trim());
    if (offset !== undefined) votes.set(index - offset, (votes.get(index - offset) ?? 0) + 1);
  });
  const voted = [...votes].sort((a, b) => b[1] - a[1]).map(([start]) => start);
  const starts = voted.length > 0 ? voted : startsByLongestLine(fileLines, wantedLines);
  return starts.slice(0, maxCandidates);
}

function startsByLongestLine(fileLines: readonly string[], wantedLines: readonly string[]): number[] {
  const longest = wantedLines.reduce((best, line, index) => {
    return line.trim().length > (wantedLines[best] ?? "").trim().length ? index : best;
  }, 0);
  const pairs = pairsOf(wantedLines[longest] ?? "");
  return fileLines
    .map((line, index) => ({ start: index - longest, likeness: likenessOf(pairsOf(line), pairs) }))
    .sort((a, b) => b.likeness - a.likeness)
    .slice(0, 10)
    .map(({ start }) => start);
}

function measure(fileLines: readonly string[], wantedLines: readonly string[], start: number): NearestLines {
  const lines = fileLines.slice(Math.max(0, start), Math.max(0, start + wantedLines.length));
  let sum = 0;
  let onlyIndentation = true;
  wantedLines.forEach((wanted, offset) => {
    const line = fileLines[start + offset];
    if (line === undefined || line.trim() !== wanted.trim()) onlyIndentation = false;
    sum += line === undefined ? 0 : likenessOf(pairsOf(line), pairsOf(wanted));
  });
  return { startLine: Math.max(0, start) + 1, lines, likeness: sum / wantedLines.length, onlyIndentation };
}

/** Dice's coefficient over pairs of neighbouring characters. */
function likenessOf(a: Map<string, number>, b: Map<string, number>): number {
  const total = sizeOf(a) + sizeOf(b);
  if (total === 0) return 1;
  let shared = 0;
  for (const [pair, count] of a) shared += Math.min(count, b.get(pair) ?? 0);
  return (2 * shared) / total;
}

function pairsOf(line: string): Map<string, number> {
  const text = ` ${line.trim().slice(0, 300)} `;
  const pairs = new Map<string, number>();
  if (text.length === 2) return pairs;
  for (let i = 0; i + 1 < text.length; i++) {
    const pair = text.slice(i, i + 2);
    pairs.set(pair, (pairs.get(pair) ?? 0) + 1);
  }
  return pairs;
}

function sizeOf(pairs: Map<string, number>): number {
  let size = 0;
  for (const count of pairs.values()) size += count;
  return size;
}

function trimBlankEnds(lines: string[]): string[] {
  const first = lines.findIndex((line) => line.trim() !== "");
  if (first < 0) return [];
  return lines.slice(first, lines.findLastIndex((line) => line.trim() !== "") + 1);
}
