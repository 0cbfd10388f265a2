// What is said about a change besides its lines: how sure one may be, risks, edge cases, tests to write; whose word each is.
import type { Change, ChangeFile, ReviewNote } from "@outpost/protocol";
import { type Paint, printable, printableName } from "./paint.ts";

const kinds = { risk: "risk", edge_case: "edge case", suggested_test: "test to write" } as const;
const colours = { low: "red", medium: "yellow", high: "green" } as const;
const shownNotes = 20;

export function renderReview({ review }: Change, paint: Paint): string[] {
  if (!review) return [];
  const { level, reason } = review.confidence;
  const lines = review.notes.slice(0, shownNotes).map((note) => `  ${renderNote(note, paint)}`);
  const more = review.notes.length - shownNotes;
  return [
    "",
    `confidence: ${paint(colours[level], level)} ${paint("dim", `(${printable(reason)})`)}`,
    ...lines,
    ...(more > 0 ? [paint("dim", `  and ${more} more: outpost diff --json`)] : []),
  ];
}

function renderNote({ kind, text, by, path, line }: ReviewNote, paint: Paint): string {
  const place = path === null ? "" : `${printableName(path)}${line === null ? "" : `:${line}`}  `;
  const name = paint(kind === "risk" ? "yellow" : "cyan", kinds[kind].padEnd(13));
  return `${name} ${place}${printable(text)}${by === "model" ? paint("dim", " (the model)") : ""}`;
}

/** Which tests may speak for a file; a guess by names, and said to be one. Null: there is nothing to say. */
export function describeCoverage({ coverage, kind }: ChangeFile): string | null {
  if (!coverage || kind === "deleted") return null;
  if (coverage.verdict === "likely") return `likely tested by ${coverage.tests.map(printable).join(", ")}`;
  return coverage.verdict === "none_found" ? "no test of it found" : null;
}
