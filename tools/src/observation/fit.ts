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
