// The hunks of a patch as models write them: a unified diff, with or without headers and line numbers, or `*** Begin Patch` with `@@` between
// hunks. Numbers are not believed: a hunk is found by its lines. Pure; knows one file only.

export interface PatchHunk {
  /** Lines that are there, and lines that are to be there. */
  old: string[];
  new: string[];
}

export type ParsedPatch = { ok: true; hunks: PatchHunk[] } | { ok: false; problem: string };

/** Headers, and lines that say something of the file rather than of its text. */
const heading =
  /^(?:diff --git |index [0-9a-f]|--- |\+\+\+ |(?:new|old|deleted) (?:file )?mode |similarity index |rename |\*\*\* (?:Begin|End) Patch|\*\*\* (?:Update|Add) File: |\*\*\* End of File)/;
const maxHunks = 100;

export function parsePatch(patch: string): ParsedPatch {
  const hunks: string[][] = [[]];
  for (const line of withoutFence(patch).split("\n")) {
    if (line.startsWith("@@")) hunks.push([]);
    else if (!isHeading(line, hunks.at(-1) ?? [])) hunks.at(-1)?.push(line);
  }
  const bodies = hunks.map(trimmed).filter((lines) => lines.length > 0);
  if (bodies.length === 0) return { ok: false, problem: "the patch holds no lines" };
  if (bodies.length > maxHunks) return { ok: false, problem: `the patch has ${bodies.length} hunks, over ${maxHunks}` };
  const odd = bodies.flat().find((line) => !/^(?:[ +\-\\]|$)/.test(line));
  if (odd !== undefined)
    return {
      ok: false,
      problem: `the line ${JSON.stringify(odd.slice(0, 80))} begins with none of " ", "-" and "+"; every line of a hunk does`,
    };
  if (!bodies.flat().some((line) => /^[+-]/.test(line)))
    return { ok: false, problem: 'no line of the patch begins with "-" or "+", so that nothing would change' };
  return { ok: true, hunks: bodies.map(toHunk) };
}

/** `--- a/x` is a heading only before the first line of a hunk: there it is a line that is taken away. */
function isHeading(line: string, hunk: readonly string[]): boolean {
  if (!heading.test(line)) return false;
  return !/^(?:---|\+\+\+) /.test(line) || hunk.every((before) => before === "");
}

function withoutFence(patch: string): string {
  const text = patch.replaceAll("\r\n", "\n");
  return /^\s*```[a-z]*\n([\s\S]*?)\n```\s*$/.exec(text)?.[1] ?? text;
}

/** Empty lines around a hunk are the patch's, not the file's. */
function trimmed(lines: readonly string[]): string[] {
  const isText = (line: string): boolean => line !== "";
  return lines.slice(Math.max(0, lines.findIndex(isText)), lines.findLastIndex(isText) + 1);
}

/** An empty line is an empty line of context, whose space the model left out. */
function toHunk(lines: readonly string[]): PatchHunk {
  const side = (mark: "-" | "+"): string[] =>
    lines.filter((line) => line === "" || line.startsWith(" ") || line.startsWith(mark)).map((line) => line.slice(1));
  return { old: side("-"), new: side("+") };
}
