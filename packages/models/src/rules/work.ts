// The plan of an edit task: tests first, then the edits, tests again, a commit where one was asked for, and what to say of it all.
// Invariant: nothing is claimed that an observation did not say; a failed step is named.
import { withoutModel } from "./abilities.ts";
import { create } from "./edits/create.ts";
import { insert, insertAt } from "./edits/insert.ts";
import type { EditPlan, Outcome } from "./edits/outcome.ts";
import { removeLines, removeText } from "./edits/remove.ts";
import { rename } from "./edits/rename.ts";
import { replace } from "./edits/replace.ts";
import type { EditIntent, Intent } from "./instruction/intents.ts";
import { parseTestRun, type TestRun } from "./observations.ts";
import { call, type Plan } from "./plan.ts";

export interface Workbench {
  toolNames: ReadonlySet<string>;
  /** The first line of the instruction, for a commit that has no message of its own. */
  title: string;
  /** After each step of an approved plan. */
  noteStep?: (intent: Intent, isDone: boolean) => Plan<void>;
}

export function* work(intents: readonly Intent[], bench: Workbench): Plan<string> {
  const edits = intents.filter((intent): intent is EditIntent => intent.type !== "test" && intent.type !== "commit");
  const wantsTests = intents.some((intent) => intent.type === "test");
  const needsTests = edits.length > 0 || wantsTests;
  const before = needsTests && bench.toolNames.has("run_tests") ? yield* runTests() : undefined;
  const outcomes: Outcome[] = [];
  for (const edit of edits) {
    const outcome = yield* performEdit(edit);
    outcomes.push(outcome);
    if (bench.noteStep) yield* bench.noteStep(edit, outcome.done);
  }
  const hasChanged = outcomes.some((outcome) => outcome.done);
  // Where none were found before, only a new file can have brought some.
  const mayHaveTests =
    before?.type === "ran" || (before?.type === "none" && edits.some((edit) => edit.type === "create"));
  const after = hasChanged && mayHaveTests ? yield* runTests() : undefined;
  const test = intents.find((intent) => intent.type === "test");
  if (test && bench.noteStep) yield* bench.noteStep(test, after !== undefined || before?.type === "ran");
  const commit = intents.find((intent) => intent.type === "commit");
  const parts = [
    ...outcomes.map((outcome) => (outcome.done ? capitalise(outcome.text) : `Not done: ${outcome.text}`)),
    ...(needsTests ? describeTests(before, after) : []),
  ];
  if (commit) {
    const said = yield* commitAll(commit.message ?? bench.title, { before, after, outcomes });
    parts.push(said);
    if (bench.noteStep) yield* bench.noteStep(commit, !said.startsWith("Not committed"));
  }
  return `${parts.map((part) => `${part.replace(/[.\s]+$/, "")}.`).join("\n")}\n(${capitalise(withoutModel)}.)`;
}

function performEdit(intent: EditIntent): EditPlan {
  switch (intent.type) {
    case "replace":
      return replace(intent);
    case "rename":
      return rename(intent);
    case "insert":
      return insert(intent);
    case "insert_at":
      return insertAt(intent);
    case "create":
      return create(intent);
    case "remove_lines":
      return removeLines(intent);
    case "remove_text":
      return removeText(intent);
  }
}

function* runTests(): Plan<TestRun> {
  return parseTestRun(yield* call("run_tests", {}));
}

function describeTests(before: TestRun | undefined, after: TestRun | undefined): string[] {
  if (before === undefined) return ["The tests were not run: there is no tool for it here"];
  const first = describeRun(before);
  if (after === undefined) return [`Tests: ${first}`];
  const line = `Tests before: ${first}; after: ${describeRun(after)}`;
  if (isOk(before) && !isOk(after))
    return [line, "The tests passed before this change and do not pass after it: look before you accept it"];
  if (before.type !== "ran" || before.ok) return [line];
  if (after.type === "ran" && failuresIn(after.counts) > failuresIn(before.counts))
    return [line, "Some failed before this change already, and more fail after it: look before you accept it"];
  return [line, "They failed before this change already"];
}

function failuresIn(counts: string): number {
  return Number(/(\d+) failed/.exec(counts)?.[1] ?? 0);
}

function describeRun(run: TestRun): string {
  if (run.type === "none") return "none were found";
  if (run.type === "refused") return `they could not be run (${run.why})`;
  return `${run.counts}${run.ok ? "" : " (failed)"}`;
}

function isOk(run: TestRun | undefined): boolean {
  return run?.type === "ran" && run.ok;
}

function* commitAll(
  message: string,
  done: { before: TestRun | undefined; after: TestRun | undefined; outcomes: Outcome[] },
): Plan<string> {
  if (done.outcomes.some((outcome) => !outcome.done)) return "Not committed, because not everything was done";
  if (isOk(done.before) && done.after !== undefined && !isOk(done.after))
    return "Not committed, because the tests do not pass any more";
  const text = yield* call("git_commit", { message });
  const [first = ""] = text.split("\n");
  return /^committed /.test(first) ? capitalise(first) : `Not committed: ${first}`;
}

function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
