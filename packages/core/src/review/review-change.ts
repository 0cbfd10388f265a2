// The notes for whoever reviews a change: the model's own, and what fixed rules see in the diff and the tests. Pure. Knows nothing of what
// the code means; a change without notes is not a change without faults.
import {
  type Change,
  type ChangeFile,
  type ChangeReview,
  type Confidence,
  limits,
  type ReviewNote,
  type TestEvidence,
} from "@outpost/protocol";
import { lineRules, pathRules } from "./review-rules.ts";

/** What the model said with `finish`. */
export interface ModelReview {
  notes: ReviewNote[];
  confidence: Confidence | null;
}

const largeChangeLines = 300;
/** Of one rule in one file; more of the same tell nobody more. */
const maxPerRuleAndFile = 1;

type Reviewed = Pick<Change, "files" | "tests" | "addedLines" | "removedLines"> & {
  untested?: string | null | undefined;
};

export function reviewChange(change: Reviewed, given: ModelReview): ChangeReview {
  const byRules = [...changeNotes(change), ...change.files.flatMap(fileNotes)];
  return {
    notes: [...given.notes, ...byRules].slice(0, limits.reviewNotes),
    confidence: confidenceIn(change, given.confidence, byRules),
  };
}

/** What the model said, out of a review that has the rules' notes too. */
export function modelReviewOf(review: ChangeReview | undefined): ModelReview {
  return {
    notes: review?.notes.filter(({ by }) => by === "model") ?? [],
    confidence: review?.confidence.model ?? null,
  };
}

function changeNotes({ addedLines, removedLines }: Reviewed): ReviewNote[] {
  const lines = addedLines + removedLines;
  if (lines <= largeChangeLines) return [];
  return [note("risk", `a large change: ${lines} lines; look at it in parts`)];
}

function fileNotes(file: ChangeFile): ReviewNote[] {
  const notes = aboutFile(file).map((text) => note("risk", text, file.path));
  if (file.coverage?.verdict === "none_found" && file.kind !== "deleted")
    notes.push(note("suggested_test", "no test file has its name or names it: write one for what changed", file.path));
  return [...notes, ...lineNotes(file)];
}

function aboutFile({ kind, binary, generated, path, oldMode, newMode }: ChangeFile): string[] {
  return [
    ...(kind === "deleted" ? ["is deleted: look for what still uses it"] : []),
    ...(generated ? ["is generated: change what it is generated from, or it will be overwritten"] : []),
    ...(binary ? ["is binary: its content is not shown, and was not looked at"] : []),
    ...(newMode === "100755" && oldMode !== "100755" ? ["becomes executable"] : []),
    ...(newMode === "120000" || oldMode === "120000" ? ["is or was a symbolic link: look where it leads"] : []),
    ...pathRules.filter(({ pattern }) => pattern.test(path)).map(({ text }) => text),
  ];
}

function lineNotes(file: ChangeFile): ReviewNote[] {
  if (file.coverage?.verdict === "not_code") return [];
  const counts = new Map<string, number>();
  const notes: ReviewNote[] = [];
  for (const { sign, text, line } of changedLines(file)) {
    for (const rule of lineRules) {
      const isMet = rule.sign === sign && (counts.get(rule.text) ?? 0) < maxPerRuleAndFile && rule.pattern.test(text);
      if (!isMet || (rule.kind === "edge_case" && file.coverage?.verdict === "is_test")) continue;
      counts.set(rule.text, (counts.get(rule.text) ?? 0) + 1);
      notes.push(note(rule.kind, rule.text, file.path, line));
    }
  }
  return notes;
}

/** Lines of a side, with their number there. */
function* changedLines({ hunks }: ChangeFile): Generator<{ sign: string; text: string; line: number }> {
  for (const { lines, oldStart, newStart } of hunks) {
    let [oldLine, newLine] = [oldStart, newStart];
    for (const line of lines) {
      const sign = line.slice(0, 1);
      if (sign === "+" || sign === "-")
        yield { sign, text: line.slice(1, 1000), line: sign === "+" ? newLine : oldLine };
      if (sign === "-" || sign === " ") oldLine++;
      if (sign === "+" || sign === " ") newLine++;
    }
  }
}

const order: readonly Confidence[] = ["low", "medium", "high"];

function confidenceIn(
  { files, tests, untested }: Reviewed,
  model: Confidence | null,
  notes: readonly ReviewNote[],
): ChangeReview["confidence"] {
  const [level, reason] = levelOf(tests, untested ?? null, files, notes);
  if (model === null || order.indexOf(model) >= order.indexOf(level)) return { level, reason, model };
  return { level: model, reason: `the model says ${model}; ${reason}`, model };
}

function levelOf(
  tests: readonly TestEvidence[],
  untested: string | null,
  files: readonly ChangeFile[],
  notes: readonly ReviewNote[],
): [Confidence, string] {
  const after = tests.filter(({ phase }) => phase === "after");
  if (after.some(({ exitCode }) => exitCode !== 0)) return ["low", "tests fail on the change"];
  if (after.length === 0) return ["low", untested ?? "no tests were run on the change"];
  if (!after.some(({ passed }) => passed !== 0)) return ["low", "no test was run on the change"];
  const risks = notes.filter(({ kind }) => kind === "risk").length;
  const bare = files.filter(({ coverage }) => coverage?.verdict === "none_found").length;
  if (risks > 0) return ["medium", `tests pass; ${risks} ${risks === 1 ? "risk" : "risks"} seen by rules`];
  if (bare > 0) return ["medium", `tests pass; for ${bare} changed ${bare === 1 ? "file" : "files"} none was found`];
  return ["high", "tests pass, each changed source file seems to have one, and the rules see no risk"];
}

function note(
  kind: ReviewNote["kind"],
  text: string,
  path: string | null = null,
  line: number | null = null,
): ReviewNote {
  return { kind, text, by: "rules", path, line };
}
