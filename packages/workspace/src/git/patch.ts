// Hunks from the patch that git prints, one section per changed file, in the order of the raw diff.
// Lines are text for people: what is not UTF-8 is shown with replacement characters. Hunk lengths decide, never the look of a line.
import { createHash } from "node:crypto";
import { type Hunk, OutpostError } from "@outpost/protocol";

export interface PatchSection {
  binary: boolean;
  hunks: Omit<Hunk, "id">[];
}

export function parsePatch(bytes: Buffer, start: number): PatchSection[] {
  const sections: PatchSection[] = [];
  let at = start;
  const peek = () => {
    const end = bytes.indexOf(10, at);
    return bytes.toString("utf8", at, end < 0 ? bytes.length : end);
  };
  const skip = () => {
    const end = bytes.indexOf(10, at);
    at = end < 0 ? bytes.length : end + 1;
  };
  while (at < bytes.length) {
    const line = peek();
    const section = sections.at(-1);
    skip();
    if (line.startsWith("diff --git ")) sections.push({ binary: false, hunks: [] });
    else if (line.startsWith("Binary files ") && section !== undefined) section.binary = true;
    else if (line.startsWith("@@ ") && section !== undefined) section.hunks.push(readHunk(line, peek, skip));
  }
  return sections;
}

function readHunk(header: string, peek: () => string, skip: () => void): Omit<Hunk, "id"> {
  const numbers = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/.exec(header);
  if (numbers === null) throw new OutpostError("internal", `git wrote a hunk header ${JSON.stringify(header)}`);
  const [oldStart, oldLines, newStart, newLines] = numbers
    .slice(1)
    .map((text) => (text === undefined ? 1 : Number(text)));
  const hunk = {
    oldStart: oldStart ?? 0,
    oldLines: oldLines ?? 1,
    newStart: newStart ?? 0,
    newLines: newLines ?? 1,
    lines: [] as string[],
  };
  let oldLeft = hunk.oldLines;
  let newLeft = hunk.newLines;
  while (oldLeft > 0 || newLeft > 0 || peek().startsWith("\\")) {
    const line = peek();
    skip();
    if (line.startsWith("-") || line.startsWith(" ")) oldLeft--;
    if (line.startsWith("+") || line.startsWith(" ")) newLeft--;
    if (!/^[-+ \\]/.test(line)) throw new OutpostError("internal", `git wrote a hunk line ${JSON.stringify(line)}`);
    hunk.lines.push(line);
  }
  return hunk;
}

/** Gives each hunk its id: of path, removed text, added text, and how often the same pair came before in the file. */
export function withIds(path: string, hunks: readonly Omit<Hunk, "id">[]): Hunk[] {
  const seen = new Map<string, number>();
  return hunks.map((hunk) => {
    const texts = JSON.stringify([path, sideOf(hunk.lines, "-"), sideOf(hunk.lines, "+")]);
    const occurrence = seen.get(texts) ?? 0;
    seen.set(texts, occurrence + 1);
    const id = createHash("sha256").update(`${texts}\n${occurrence}`).digest("hex").slice(0, 16);
    return { id, ...hunk };
  });
}

/** The lines of one side, and whether the last of them lacks its terminator. */
function sideOf(lines: readonly string[], sign: "-" | "+"): string[] {
  return lines.flatMap((line, at) => {
    if (line.startsWith(sign)) return [line.slice(1)];
    return line.startsWith("\\") && lines[at - 1]?.startsWith(sign) ? [line] : [];
  });
}
