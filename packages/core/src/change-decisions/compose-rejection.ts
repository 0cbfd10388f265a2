// What the model is told of a change that was accepted in part, or not at all: each rejected part with its lines and the reason.
import type { Change, Hunk } from "@outpost/protocol";
import type { Decisions } from "./held-decisions.ts";

const maxShownLines = 40;
const maxCharacters = 12_000;

export function composeRejection(change: Change, { hunks, files }: Decisions, reason: string | null): string {
  const rejected = change.files.flatMap((file) => [
    ...(files[file.path]?.decision === "reject"
      ? [describe(`${file.path} (${file.kind})`, files[file.path]?.reason ?? reason)]
      : []),
    ...file.hunks
      .filter(({ id }) => hunks[id]?.decision === "reject")
      .map((hunk) => `${describe(placeOf(file.path, hunk), hunks[hunk.id]?.reason ?? reason)}\n${showLines(hunk)}`),
  ]);
  const kept = Object.values({ ...hunks, ...files }).filter(({ decision }) => decision === "accept").length;
  const edited = Object.values(hunks).filter(({ lines }) => lines !== null).length;
  const text = [
    `A person looked at your change (revision ${change.revision}) and rejected ${count(rejected.length, "part")} of it. They are taken out of the files again.`,
    kept === 0
      ? "Nothing of it was accepted."
      : `${count(kept, "part")} accepted: leave as they are in the files${edited === 0 ? "" : ` (${edited} of them edited by the person)`}.`,
    ...rejected,
    "Do the rejected parts another way, as the reasons say, or leave them out; then call finish.",
  ].join("\n\n");
  return text.length <= maxCharacters ? text : `${text.slice(0, maxCharacters)}\n… (cut)`;
}

function describe(place: string, reason: string | null): string {
  return `Rejected: ${place}. Reason: ${reason?.trim() || "none was given"}`;
}

function placeOf(path: string, { newStart, newLines, oldStart, oldLines }: Hunk): string {
  const [start, lines] = newLines === 0 ? [oldStart, oldLines] : [newStart, newLines];
  return `${path}, lines ${start} to ${Math.max(start, start + lines - 1)}`;
}

function showLines({ lines }: Hunk): string {
  const shown = lines.slice(0, maxShownLines);
  return (lines.length > maxShownLines ? [...shown, `… ${lines.length - maxShownLines} lines more`] : shown).join("\n");
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
