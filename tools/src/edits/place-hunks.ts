// Puts the hunks of a patch into a file's text, one after the other, all or none. Each is found by its whole lines, exactly or in a looser form
// (replace-text.ts), never by numbers or by likeness. Pure.
import { describeMissing } from "./describe-missing.ts";
import type { PatchHunk } from "./parse-patch.ts";
import { replaceText } from "./replace-text.ts";
import type { TextFile } from "./text-file.ts";

export type PlacedHunks =
  /** `lines`: where each hunk changes something, 1-based, in the text as it was after that hunk. */
  { ok: true; file: TextFile; lines: number[] } | { ok: false; problem: string };

/** `room`: characters that a problem may take. */
export function placeHunks(given: TextFile, hunks: readonly PatchHunk[], room: number): PlacedHunks {
  let file = given;
  const lines: number[] = [];
  for (const [index, hunk] of hunks.entries()) {
    const placed = placeHunk(file, hunk, room);
    if ("problem" in placed) return { ok: false, problem: `${nameHunk(index, hunks.length)}${placed.problem}` };
    file = placed.file;
    lines.push(placed.line);
  }
  return { ok: true, file, lines };
}

/** Without a word where there is only one. */
function nameHunk(index: number, count: number): string {
  if (count === 1) return "";
  const before = index === 0 ? "" : index === 1 ? "; the one before it fits" : `; the ${index} before it fit`;
  return `hunk ${index + 1} of ${count} does not fit${before}, and nothing was written: `;
}

type Placed = { file: TextFile; line: number } | { problem: string };

/** A line's text within a longer line is no place: the text is looked for from line end to line end. */
function placeHunk(file: TextFile, hunk: PatchHunk, room: number): Placed {
  if (hunk.old.every((line) => line.trim() === ""))
    return { problem: "it holds no line that is in the file; give lines before or after the place, or use write_file" };
  const wrap = (lines: readonly string[]): string => `\n${lines.map((line) => `${line}\n`).join("")}`;
  const { lineEnding } = file;
  const text = lineEnding + file.text;
  const outcome = replaceText({ text, lineEnding }, { old: wrap(hunk.old), new: wrap(hunk.new), all: false });
  switch (outcome.type) {
    case "replaced":
      // Without the line end that was put before the first line.
      return {
        file: { ...file, text: outcome.text.slice(lineEnding.length) },
        line: Math.max(1, (outcome.lines[0] ?? 2) - 1),
      };
    case "missing":
      return { problem: describeMissing(file.text, hunk.old.join("\n"), room, "the hunk") };
    case "ambiguous":
    case "inside_words": {
      const places = outcome.lines.slice(0, 10).join(", ");
      return {
        problem: `its lines are there ${outcome.lines.length} times (lines ${places}); give more lines around them`,
      };
    }
    case "unchanged":
      return { problem: `what it asks for is there already (line ${outcome.lines[0] ?? 1})` };
  }
}
