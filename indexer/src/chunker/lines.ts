// The lines of a text and how much each weighs. A line ends at "\n"; a final line without one counts, an empty rest after the last
// "\n" does not, so "" has no lines. Lines are 1-based.

export interface LineTable {
  /** The number of lines. */
  readonly count: number;
  /** The line with its line end. */
  textOf(startLine: number, endLine: number): string;
  /** Characters of the lines without indentation, trailing space and line ends: blank lines weigh nothing. */
  weightOf(startLine: number, endLine: number): number;
  isBlank(line: number): boolean;
  /** The lines of the characters from `start` up to `end`; what is empty stands in one, behind a final line end in the one after the last. */
  linesOf(start: number, end: number): { startLine: number; endLine: number };
}

/** Lines further from the one that was last asked for are looked for by halves. */
const nearLines = 8;

export function createLineTable(text: string): LineTable {
  /** Offset at which each line starts, and the end of the text. */
  const starts = [0];
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  /** Of the last start that is one; behind it may come the end of the text. */
  const lastStart = starts.length - 1;
  if (starts[lastStart] !== text.length) starts.push(text.length);
  const count = starts.length - 1;
  /** Places are asked for nearly in the order of the text. */
  let found = 0;
  function lineAt(offset: number): number {
    let steps = 0;
    while (found < lastStart && (starts[found + 1] as number) <= offset && steps++ < nearLines) found++;
    while (found > 0 && (starts[found] as number) > offset && steps++ < nearLines) found--;
    if (steps >= nearLines) found = lastAtMost(starts, lastStart, offset);
    return found + 1;
  }
  let weights: Float64Array | undefined;
  /** Weight of all lines before each one. Most readers of lines never ask. */
  function weigh(): Float64Array {
    const before = new Float64Array(count + 1);
    for (let line = 0; line < count; line++) {
      before[line + 1] = (before[line] ?? 0) + trimmedLength(text, starts[line] ?? 0, starts[line + 1] ?? 0);
    }
    return before;
  }
  function weightOf(startLine: number, endLine: number): number {
    weights ??= weigh();
    return (weights[endLine] ?? 0) - (weights[startLine - 1] ?? 0);
  }
  return {
    count,
    textOf: (startLine, endLine) => text.slice(starts[startLine - 1], starts[endLine]),
    weightOf,
    isBlank: (line) => weightOf(line, line) === 0,
    linesOf(start, end) {
      const startLine = lineAt(start);
      return { startLine, endLine: end > start ? lineAt(end - 1) : startLine };
    },
  };
}

/** The index, up to `last`, of the last of the ascending numbers that is at most `limit`; the first is. */
function lastAtMost(numbers: readonly number[], last: number, limit: number): number {
  let low = 0;
  let high = last;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((numbers[middle] as number) <= limit) low = middle;
    else high = middle - 1;
  }
  return low;
}

function trimmedLength(text: string, start: number, end: number): number {
  let from = start;
  let to = end;
  while (from < to && isSpace(text.charCodeAt(from))) from++;
  while (to > from && isSpace(text.charCodeAt(to - 1))) to--;
  return to - from;
}

function isSpace(code: number): boolean {
  return code === 0x20 || (code >= 0x09 && code <= 0x0d);
}
