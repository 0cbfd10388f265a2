// What a model gave with `finish` besides the summary → notes. Takes what there is and drops the rest: notes are never a reason to refuse.
import { Confidence, type NoteKind, type ReviewNote } from "@outpost/protocol";
import type { ModelReview } from "./review-change.ts";

const maxNotesOfAKind = 20;
const maxCharacters = 1000;

export function readModelReview(given: Record<string, unknown>): ModelReview {
  const confidence = Confidence.safeParse(
    String(given["confidence"] ?? "")
      .trim()
      .toLowerCase(),
  );
  return {
    notes: [
      ...read("risk", given["risks"]),
      ...read("edge_case", given["edge_cases"]),
      ...read("suggested_test", given["suggested_tests"]),
    ],
    confidence: confidence.success ? confidence.data : null,
  };
}

/** A list, or text with one note a line, with or without marks before each. */
function read(kind: NoteKind, given: unknown): ReviewNote[] {
  const list: unknown[] = Array.isArray(given) ? given : typeof given === "string" ? given.split("\n") : [];
  return list
    .filter((text) => typeof text === "string")
    .map((text) => text.replace(/^\s*(?:[-*•]|\d+[.)])\s+/, "").trim())
    .filter((text) => text !== "" && !/^(?:none|n\/a|nothing|-)\.?$/i.test(text))
    .slice(0, maxNotesOfAKind)
    .map((text) => ({ kind, text: text.slice(0, maxCharacters), by: "model", path: null, line: null }));
}
