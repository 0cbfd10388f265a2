// A change for reading: per file its coloured hunks, then what the tests said.
import type { Change, ChangeFile, ChangeView, TestEvidence } from "@outpost/protocol";
import { renderHunk } from "./hunk.ts";
import { count, fitLine, seconds } from "./layout.ts";
import { type Paint, printable, printableName } from "./paint.ts";
import { describeCoverage, renderReview } from "./review-notes.ts";

const kinds = { added: "new file", modified: "", deleted: "deleted", renamed: "renamed", mode: "mode" } as const;

type ShownChange = Change & Pick<ChangeView, "taint">;

export function renderChange(change: ShownChange, paint: Paint): string {
  return [
    renderChangeHead(change, paint),
    "",
    ...change.files.map((file) => `${renderFile(file, paint)}\n`),
    ...renderNotes(change, paint),
  ].join("\n");
}

/** All but the hunks: for whoever goes through those one by one. */
export function renderOverview(change: ShownChange, paint: Paint): string {
  return [renderChangeHead(change, paint), ...renderNotes(change, paint)].join("\n");
}

/** What is said of it besides its lines. */
function renderNotes(change: ShownChange, paint: Paint): string[] {
  return [
    ...renderTaint(change, paint),
    ...renderSecrets(change, paint),
    ...renderTests(change, paint),
    ...renderReview(change, paint),
  ].map((line) => fitLine(line, paint.columns));
}

function renderTaint({ taint }: ShownChange, paint: Paint): string[] {
  return taint
    ? [paint("yellow", `written after the task had read ${printable(taint)}: look for what that may have wanted`)]
    : [];
}

function renderChangeHead(change: Change, paint: Paint): string {
  const revision = change.revision > 1 ? ` (revision ${change.revision})` : "";
  const numbers = `${paint("green", `+${change.addedLines}`)} ${paint("red", `-${change.removedLines}`)}`;
  return `${paint("bold", `the change${revision}`)}: ${count(change.files.length, "file")}, ${numbers} ${paint("dim", `on ${change.baseCommit.slice(0, 10)}`)}`;
}

function renderFile(file: ChangeFile, paint: Paint): string {
  const lines = [renderFileHead(file, paint)];
  for (const hunk of file.hunks) lines.push(...renderHunk(hunk, file.language, paint));
  return lines.join("\n");
}

/** Its path and what happens to it. */
export function renderFileHead(file: ChangeFile, paint: Paint): string {
  const path = printableName(file.oldPath ? `${file.oldPath} → ${file.path}` : file.path);
  const notes = [
    kinds[file.kind],
    describeMode(file),
    file.binary ? "binary" : "",
    file.generated ? "generated" : "",
    describeCoverage(file) ?? "",
  ].filter((note) => note !== "");
  const noted = notes.length > 0 ? paint("dim", ` (${notes.join(", ")})`) : "";
  return fitLine(paint("bold", path) + noted, paint.columns);
}

function describeMode({ kind, oldMode, newMode }: ChangeFile): string {
  if (kind === "added") return newMode === "100755" ? "executable" : "";
  return oldMode !== null && newMode !== null && oldMode !== newMode ? `${oldMode} → ${newMode}` : "";
}

function renderSecrets({ secrets = [] }: Change, paint: Paint): string[] {
  if (secrets.length === 0) return [];
  const lines = secrets.map(
    ({ id, what, path, line }) => `  ${printableName(path)}:${line}  ${printable(what)} ${paint("dim", `(${id})`)}`,
  );
  return [
    paint("red", `the change adds what looks like ${count(secrets.length, "secret")}:`),
    ...lines,
    `  ${paint("dim", "if it is none: outpost accept … --allow-secret FINDING; for good: allowedSecrets in the configuration")}`,
    "",
  ];
}

function renderTests({ tests, untested }: Change, paint: Paint): string[] {
  if (tests.length === 0) return [paint("yellow", `tests: ${untested ?? "none were run on this change"}`)];
  const lines = (["before", "after"] as const).flatMap((phase) => {
    const ran = tests.filter((test) => test.phase === phase);
    if (ran.length === 0) return [];
    return [`tests ${phase} the change:`, ...renderEvidence(ran, paint).map((line) => `  ${line}`)];
  });
  const hasAfter = tests.some((test) => test.phase === "after");
  return hasAfter ? lines : [...lines, paint("yellow", `tests after the change: ${untested ?? "none were run"}`)];
}

/** One aligned line per framework. */
export function renderEvidence(tests: readonly TestEvidence[], paint: Paint): string[] {
  const width = Math.max(0, ...tests.map((test) => test.framework.length));
  return tests.map((test) => {
    const sign = test.exitCode === 0 ? paint("green", "✓") : paint("red", "✗");
    return `${sign} ${test.framework.padEnd(width)}  ${describeResult(test, paint)} ${paint("dim", `(${seconds(test.durationMs)})`)}`;
  });
}

function describeResult(test: TestEvidence, paint: Paint): string {
  const parts = [
    test.passed === null ? null : `${test.passed} passed`,
    test.failed ? paint("red", `${test.failed} failed`) : null,
    test.skipped ? `${test.skipped} skipped` : null,
  ].filter((part) => part !== null);
  if (test.exitCode === null) return [...parts, paint("red", `ended by ${test.signal ?? "a limit"}`)].join(", ");
  // A suite that counts no failure and still fails did not get as far as its tests.
  if (parts.length === 0 || (test.exitCode !== 0 && !test.failed)) parts.push(`exit code ${test.exitCode}`);
  return parts.join(", ");
}
