// What is said about a change besides its lines: which tests may speak for a file, and the notes for whoever reviews it.
import { z } from "zod";

/** By names and mentions alone, and no more than that: nothing was traced. `likely`: test files with its name, or that name it. */
export const FileCoverage = z.object({
  verdict: z.enum(["likely", "none_found", "is_test", "not_code"]),
  /** Paths of test files, a few at most. */
  tests: z.array(z.string()),
  /** In words: what was looked at. */
  basis: z.string(),
});
export type FileCoverage = z.infer<typeof FileCoverage>;

export const NoteKind = z.enum(["risk", "edge_case", "suggested_test"]);
export type NoteKind = z.infer<typeof NoteKind>;

export const Confidence = z.enum(["low", "medium", "high"]);
export type Confidence = z.infer<typeof Confidence>;

/** `by`: the model that made the change, or fixed rules that look at the diff and the tests. */
export const ReviewNote = z.object({
  kind: NoteKind,
  text: z.string(),
  by: z.enum(["model", "rules"]),
  path: z.string().nullable(),
  line: z.int().nullable(),
});
export type ReviewNote = z.infer<typeof ReviewNote>;

export const ChangeReview = z.object({
  notes: z.array(ReviewNote),
  confidence: z.object({
    /** The lower one of what the rules say and what the model says. */
    level: Confidence,
    reason: z.string(),
    /** Null: it said nothing. */
    model: Confidence.nullable(),
  }),
});
export type ChangeReview = z.infer<typeof ChangeReview>;
