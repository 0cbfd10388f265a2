// A file's bytes with some of its hunks. Lines are cut as bytes: what comes from either side is that side's own, terminators, encoding and
// all. Only edited lines are new text; they take the terminator of the lines whose place they take.
import { isUtf8 } from "node:buffer";
import { type Hunk, OutpostError } from "@outpost/protocol";

export interface AcceptedHunk {
  hunk: Hunk;
  /** Instead of the hunk's new lines. */
  lines: readonly string[] | null;
}

/** In the order of the file. `path`: for messages. */
export function composeFile(path: string, before: Buffer, after: Buffer, accepted: readonly AcceptedHunk[]): Buffer {
  const [oldLines, newLines] = [cutLines(before), cutLines(after)];
  const parts: Buffer[] = [];
  let next = 0;
  for (const { hunk, lines } of accepted) {
    const from = hunk.oldLines === 0 ? hunk.oldStart : hunk.oldStart - 1;
    const newFrom = hunk.newLines === 0 ? hunk.newStart : hunk.newStart - 1;
    const wanted = newLines.slice(newFrom, newFrom + hunk.newLines);
    parts.push(...oldLines.slice(next, from));
    if (lines === null) parts.push(...wanted);
    else
      parts.push(
        writeLines(path, lines, wanted.length > 0 ? wanted : oldLines.slice(from, from + hunk.oldLines), after),
      );
    next = from + hunk.oldLines;
  }
  return Buffer.concat([...parts, ...oldLines.slice(next)]);
}

/** With their terminators. */
function cutLines(bytes: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = bytes.indexOf(10, at);
    const next = end < 0 ? bytes.length : end + 1;
    lines.push(bytes.subarray(at, next));
    at = next;
  }
  return lines;
}

/** `replaced`: the lines whose place they take; what they end with is kept, also where the last has no terminator. */
function writeLines(path: string, lines: readonly string[], replaced: readonly Buffer[], after: Buffer): Buffer {
  if (!isUtf8(after)) throw refused(path, "the file is not UTF-8 text, so that typed lines could corrupt it");
  if (lines.some((line) => /[\n\0]/u.test(line))) throw refused(path, "a line holds a line break or a NUL");
  if (lines.length === 0) return Buffer.alloc(0);
  const terminator = replaced.some((line) => line.subarray(-2).equals(Buffer.from("\r\n"))) ? "\r\n" : "\n";
  const last = replaced.at(-1);
  const isOpen = last !== undefined && last.at(-1) !== 10;
  const text = lines.map((line) => line.replace(/\r$/u, "")).join(terminator);
  return Buffer.from(isOpen ? text : text + terminator);
}

function refused(path: string, reason: string): OutpostError {
  return new OutpostError("invalid_input", `the edited lines of "${path}" cannot be written: ${reason}`, {
    details: { path },
  });
}
