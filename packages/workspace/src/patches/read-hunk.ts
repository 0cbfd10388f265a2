// One hunk of a unified diff. The counts of its header decide where it ends, never the look of a line. Pure.
import { OutpostError } from "@outpost/protocol";

export interface PatchHunk {
  /** 1-based; where the old lines stood. */
  oldStart: number;
  /** Latin-1, with terminators. */
  lines: { sign: " " | "-" | "+"; text: string }[];
  /** 1-based line of the patch. */
  line: number;
}

const MAX_HUNK_LINES = 200_000;

/** Throws `invalid_input` that names the line. */
export function readHunk(lines: readonly string[], start: number): { hunk: PatchHunk; next: number } {
  const header = /^@@ -(\d{1,9})(?:,(\d{1,9}))? \+(\d{1,9})(?:,(\d{1,9}))? @@/u.exec(lines[start] ?? "");
  if (!header) throw refuse(start, "a hunk's header is broken");
  let [oldLeft, newLeft] = [Number(header[2] ?? 1), Number(header[4] ?? 1)];
  if (oldLeft + newLeft > MAX_HUNK_LINES) throw refuse(start, `a hunk has more than ${MAX_HUNK_LINES} lines`);
  const hunk: PatchHunk = { oldStart: Number(header[1]), lines: [], line: start + 1 };
  let at = start + 1;
  while (oldLeft > 0 || newLeft > 0) {
    const line = lines[at];
    if (line === undefined) throw refuse(at, "the patch ends within a hunk");
    // Mail programs take the space of an empty context line away.
    const sign = line === "" ? " " : line.charAt(0);
    if (sign === "\\") takeNewline(hunk);
    else if (sign === " " || sign === "-" || sign === "+") {
      if (sign !== "+") oldLeft--;
      if (sign !== "-") newLeft--;
      hunk.lines.push({ sign, text: `${line.slice(1)}\n` });
    } else throw refuse(at, `${JSON.stringify(line.slice(0, 40))} is no line of a hunk`);
    if (oldLeft < 0 || newLeft < 0) throw refuse(at, "a hunk has more lines than its header says");
    at++;
  }
  if (lines[at]?.startsWith("\\")) {
    takeNewline(hunk);
    at++;
  }
  return { hunk, next: at };
}

/** "\ No newline at end of file" speaks of the line before it. */
function takeNewline(hunk: PatchHunk): void {
  const last = hunk.lines.at(-1);
  if (last) last.text = last.text.replace(/\n$/u, "");
}

function refuse(at: number, what: string): OutpostError {
  return new OutpostError("invalid_input", `line ${at + 1} of the patch: ${what}`, { details: { line: at + 1 } });
}
