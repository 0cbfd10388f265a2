// The bytes of a text file ↔ its text, with what must survive an edit: byte order mark, line endings, final newline.
// Knows UTF-8 only; other bytes are refused, never guessed.

export interface TextFile {
  /** Without the byte order mark; line endings as they are. */
  text: string;
  hasBom: boolean;
  /** The more frequent one; "\n" for a file without line ends. */
  lineEnding: "\n" | "\r\n";
}

export type DecodedFile = { ok: true; file: TextFile } | { ok: false; problem: string };

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();
const byteOrderMark = "\ufeff";

export function decodeTextFile(bytes: Uint8Array): DecodedFile {
  if (bytes.includes(0)) return { ok: false, problem: `it is binary (${bytes.length} bytes, with NUL bytes)` };
  let text: string;
  try {
    text = strict.decode(bytes);
  } catch {
    return { ok: false, problem: `it is not UTF-8 (first bad byte on line ${badLine(bytes)})` };
  }
  const hasBom = text.startsWith(byteOrderMark);
  return { ok: true, file: { text: hasBom ? text.slice(1) : text, hasBom, lineEnding: lineEndingOf(text) } };
}

export function encodeTextFile(file: Pick<TextFile, "text" | "hasBom">): Uint8Array {
  return encoder.encode(file.hasBom ? byteOrderMark + file.text : file.text);
}

export function withLineEnding(text: string, lineEnding: TextFile["lineEnding"]): string {
  const plain = text.replaceAll("\r\n", "\n");
  return lineEnding === "\n" ? plain : plain.replaceAll("\n", "\r\n");
}

/** The lines without their terminators; a final newline makes no further line. */
export function splitLines(text: string): string[] {
  if (text === "") return [];
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === "") lines.pop();
  return lines;
}

/** The lines of offsets, which ascend: one pass over the text, however many there are. */
export function linesAt(text: string, offsets: readonly number[]): number[] {
  let line = 1;
  let at = text.indexOf("\n");
  return offsets.map((offset) => {
    for (; at >= 0 && at < offset; at = text.indexOf("\n", at + 1)) line++;
    return line;
  });
}

function lineEndingOf(text: string): TextFile["lineEnding"] {
  const all = text.split("\n").length - 1;
  const windows = text.split("\r\n").length - 1;
  return windows > all - windows ? "\r\n" : "\n";
}

/** A newline byte never occurs inside a UTF-8 sequence, so lines can be tried one by one. */
function badLine(bytes: Uint8Array): number {
  for (let line = 1, start = 0; ; line++) {
    const end = bytes.indexOf(0x0a, start);
    try {
      strict.decode(bytes.subarray(start, end < 0 ? bytes.length : end));
    } catch {
      return line;
    }
    if (end < 0) return line;
    start = end + 1;
  }
}
