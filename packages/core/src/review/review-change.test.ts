import { type Change, type ChangeFile, type FileCoverage, GitObjectId, type TestEvidence } from "@outpost/protocol";
import { describe, expect, it } from "vitest";
import { readModelReview } from "./read-model-review.ts";
import { modelReviewOf, reviewChange } from "./review-change.ts";

const blob = GitObjectId.parse("0".repeat(40));
const tested: FileCoverage = { verdict: "likely", tests: ["test_a.py"], basis: "" };
const file = (lines: string[], more: Partial<ChangeFile> = {}): ChangeFile => ({
  ...{ path: "src/prices.py", oldPath: null, kind: "modified", oldMode: "100644", newMode: "100644" },
  ...{ oldBlob: blob, newBlob: blob, binary: false, language: "python", addedLines: 1, removedLines: 1 },
  coverage: tested,
  hunks: [{ id: "0123456789abcdef", oldStart: 10, oldLines: 2, newStart: 12, newLines: 2, lines }],
  ...more,
});
const ran = (more: Partial<TestEvidence> = {}): TestEvidence => ({
  ...{ argv: ["pytest"], framework: "pytest", phase: "after", exitCode: 0, signal: null },
  ...{ passed: 3, failed: 0, skipped: 0, durationMs: 1, outputTail: "" },
  ...more,
});
const silent = { notes: [], confidence: null };
const review = (files: ChangeFile[], more: Partial<Change> = {}, given = readModelReview({})) =>
  reviewChange({ files, tests: [ran()], addedLines: 2, removedLines: 0, ...more }, given);

describe("the rules", () => {
  it.each([
    ["+    return quantity >= BULK", "edge_case", /boundary/],
    ["+if (i < 10) {", "edge_case", /boundary/],
    ["+share = part / whole", "edge_case", /divisor/],
    ["+first = rows[0]", "edge_case", /none/],
    ["+count = int(text)", "edge_case", /text that is none/],
    ["-def total(a, b):", "risk", /callers/],
    ["-export function total(a) {", "risk", /callers/],
    ["+    except Exception:", "risk", /everything/],
    ["+    subprocess.run(cmd, shell=True)", "risk", /command/],
    ["+  it.only('one', () => {})", "risk", /skipped/],
  ])("see %j", (line, kind, text) => {
    const { notes } = review([file([" before", line])]);
    expect(notes).toEqual([
      { kind, text: expect.stringMatching(text), by: "rules", path: "src/prices.py", line: line[0] === "+" ? 13 : 11 },
    ]);
  });

  it.each([
    "+x = a -> b",
    "+items: Map<string, number>",
    "+# a < b",
    "-def _private():",
    "+path = 'a/b'",
    "+value = 1",
  ])("see nothing in %j", (line) => expect(review([file([line])]).notes).toEqual([]));

  it.each([
    [{ kind: "deleted", newMode: null }, /deleted/],
    [{ generated: true }, /generated from/],
    [{ binary: true, hunks: [] }, /binary/],
    [{ newMode: "100755" }, /executable/],
    [{ path: "package.json" }, /dependencies/],
    [{ path: ".github/workflows/ci.yml" }, /runs elsewhere/],
    [{ path: "db/migrations/1.sql" }, /migration/],
    [{ path: "src/auth.py" }, /access/],
  ] as [Partial<ChangeFile>, RegExp][])("see that a file %j", (more, text) => {
    expect(review([file(["+x = 1"], more)]).notes).toMatchObject([{ kind: "risk", text: expect.stringMatching(text) }]);
  });

  it("name what has no test, and what is large", () => {
    const bare = file(["+x = 1"], { coverage: { verdict: "none_found", tests: [], basis: "" } });
    const { notes } = review([bare], { addedLines: 301 });
    expect(notes.map(({ kind }) => kind)).toEqual(["risk", "suggested_test"]);
  });
});

describe("the confidence", () => {
  const plain = file(["+x = 1"]);
  const level = (files: ChangeFile[], tests: TestEvidence[], given = silent as Parameters<typeof reviewChange>[1]) =>
    review(files, { tests }, given).confidence.level;

  it.each([
    ["tests pass, and nothing is seen", [plain], [ran()], "high"],
    ["none were run", [plain], [ran({ phase: "before" })], "low"],
    ["one fails", [plain], [ran(), ran({ exitCode: 1 })], "low"],
    ["none was collected", [plain], [ran({ passed: 0 })], "low"],
    ["a risk is seen", [file(["-def total():"])], [ran()], "medium"],
    ["a file has no test", [{ ...plain, coverage: { ...tested, verdict: "none_found" } }], [ran()], "medium"],
  ] as [string, ChangeFile[], TestEvidence[], string][])("when %s", (_what, files, tests, expected) => {
    expect(level(files, tests)).toBe(expected);
  });

  it("is lowered by the model and never raised", () => {
    expect(level([plain], [ran()], { notes: [], confidence: "low" })).toBe("low");
    expect(level([plain], [], { notes: [], confidence: "high" })).toBe("low");
  });
});

describe("what a model gives", () => {
  it("is taken as lists or as lines, and kept apart from the rules' notes", () => {
    const given = readModelReview({
      risks: "- callers pass None\n2. rounding",
      edge_cases: ["zero", 7, ""],
      suggested_tests: "None",
      confidence: "Medium",
    });
    expect(given.notes.map(({ kind, text }) => [kind, text])).toEqual([
      ["risk", "callers pass None"],
      ["risk", "rounding"],
      ["edge_case", "zero"],
    ]);
    const whole = review([file(["-def total():"])], {}, given);
    expect(whole.notes).toHaveLength(4);
    expect(modelReviewOf(whole)).toEqual(given);
  });

  it.each([{}, { risks: 3, confidence: "0.9" }, { edge_cases: {} }])("may be anything: %j", (given) => {
    expect(readModelReview(given)).toEqual(silent);
  });
});
