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
}

export function createLineTable(text: string): LineTable {
  /** Offset at which each line starts, and the end of the text. */
  const starts = [0];
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  if (starts[starts.length - 1] !== text.length) starts.push(text.length);
  const count = starts.length - 1;
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
  };
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
