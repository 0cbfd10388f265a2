// What a refused edit says when `old` is nowhere in the file: the nearest lines with their numbers, and what is likely wrong.

import { makeVisible } from "@outpost/protocol";
import { cutLine, takeLines } from "../observation/fit.ts";
import { findNearestLines, type NearestLines } from "./nearest-lines.ts";
import { splitLines } from "./text-file.ts";

/** `limit`: characters. `what`: how the text is called that was not found. */
export function describeMissing(text: string, old: string, limit: number, what = "old"): string {
  const lines = splitLines(text);
  if (lines.length === 0) return "the file is empty; write it with write_file";
  const hints = hintsFor(text, old);
  const places = findNearestLines(lines, old, 2);
  if (places.length === 0) {
    return [
      `${what} is not in the file, and nothing in its`,
      `${lines.length} lines is like it; read the file again`,
      hints,
    ].join(" ");
  }
  const heading = places[0]?.onlyIndentation
    ? `${what} is not in the file: its indentation differs. Did you mean${hints}`
    : `${what} is not in the file. Did you mean${hints}`;
  const shown = places.flatMap((place, index) => [...(index > 0 ? ["or"] : []), ...numberPlace(place)]);
  const end = "copy the lines exactly as they are (without their numbers)";
  return [`${heading}`, ...takeLines(shown, limit - heading.length - end.length - 4), end].join("\n");
}

function numberPlace(place: NearestLines): string[] {
  return place.lines.map((line, index) => `${place.startLine + index}|${cutLine(makeVisible(line), 200)}`);
}

function hintsFor(text: string, old: string): string {
  const hints: string[] = [];
  if (!old.includes("\n") && /\\n/.test(old) && !text.includes(old)) {
    hints.push("old holds a backslash and an n where a line break may be meant");
  }
  if (/\\["']/.test(old) && !/\\["']/.test(text))
    hints.push("old holds backslashes before quotes that the file does not have");
  return hints.length > 0 ? ` (${hints.join("; ")})` : "";
}
