// Keeps observations under their bound, in characters, and says what was left out and how to see it.
// Never cuts through a surrogate pair.

/** The first `count` characters, one less where that would halve a character. */
export function takeHead(text: string, count: number): string {
  if (text.length <= count) return text;
  const end = Math.max(0, count);
  return isLowSurrogate(text, end) ? text.slice(0, end - 1) : text.slice(0, end);
}

/** The last `count` characters, one less where that would halve a character. */
export function takeTail(text: string, count: number): string {
  if (text.length <= count) return text;
  const start = text.length - Math.max(0, count);
  return text.slice(isLowSurrogate(text, start) ? start + 1 : start);
}

function isLowSurrogate(text: string, index: number): boolean {
  const code = text.charCodeAt(index);
  return code >= 0xdc00 && code <= 0xdfff;
}

/** One line, its end cut off behind `count` characters. */
export function cutLine(line: string, count: number): string {
  if (line.length <= count) return line;
  return `${takeHead(line, count)}… (+${line.length - count} characters)`;
}

/**
 * The head and the tail of a text, at line ends where there are any, and between them what is missing and how to read on.
 * `headShare`: of the room, 0 to 1.
 */
export function fitHeadAndTail(text: string, limit: number, readOn: string, headShare = 0.4): string {
  if (text.length <= limit) return text;
  const room = Math.max(0, limit - readOn.length - 60);
  const head = atLineEnd(takeHead(text, Math.floor(room * headShare)));
  const tail = atLineStart(takeTail(text, Math.floor(room * (1 - headShare))));
  const left = text.slice(head.length, text.length - tail.length);
  const lines = left.split("\n").length;
  const gap = `[… ${lines} lines, ${left.length} characters left out; ${readOn}]`;
  return `${head}${head.endsWith("\n") || head === "" ? "" : "\n"}${gap}\n${tail}`;
}

function atLineEnd(text: string): string {
  const end = text.lastIndexOf("\n");
  return end > text.length / 2 ? text.slice(0, end + 1) : text;
}

function atLineStart(text: string): string {
  const start = text.indexOf("\n");
  return start >= 0 && start < text.length / 2 ? text.slice(start + 1) : text;
}

/** As many lines from the first as fit into `limit` characters (each with its newline). */
export function takeLines(lines: readonly string[], limit: number): string[] {
  let used = 0;
  const taken: string[] = [];
  for (const line of lines) {
    used += line.length + 1;
    if (used > limit) break;
    taken.push(line);
  }
  return taken;
}

/**
 * The lines that fit, of all of them: from the first if the line `at` (0-based) is well among them, else from a little above that one on,
 * and further up where what follows leaves room.
 */
export function takeAround(lines: readonly string[], at: number, limit: number): { from: number; shown: string[] } {
  const first = takeLines(lines, limit);
  if (first.length === lines.length || at < first.length / 2) return { from: 0, shown: first };
  let from = Math.min(Math.max(0, at - linesAbove), lines.length - 1);
  let shown = takeLines(lines.slice(from), limit);
  while (from > 0 && from + shown.length === lines.length) {
    const more = takeLines(lines.slice(from - 1), limit);
    if (more.length === shown.length) break;
    from -= 1;
    shown = more;
  }
  return { from, shown };
}

const linesAbove = 2;

/** A list under a heading; when it is cut, the last line says how much is missing and how to get at it. */
export function fitList(heading: string, lines: readonly string[], limit: number, readOn: string): string {
  const reserve = heading.length + readOn.length + 40;
  const taken = takeLines(lines, limit - reserve);
  const rest = lines.length - taken.length;
  const end = rest > 0 ? [`[… ${rest} more; ${readOn}]`] : [];
  return [heading, ...taken, ...end].join("\n");
}

export function countOf(count: number, singular: string, plural = `${singular}s`): string {
  return `${count} ${count === 1 ? singular : plural}`;
}
