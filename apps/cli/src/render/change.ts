// A change for reading: per file, coloured hunks, and what the tests said.
import type { Change, ChangeFile, TestEvidence } from "@outpost/protocol";
import { type Paint, printable } from "./paint.ts";

const signs = { added: "A", modified: "M", deleted: "D", renamed: "R", mode: "m" } as const;

export function renderChange(change: Change, paint: Paint): string {
  const head = `${paint("bold", `change, revision ${change.revision}`)}: ${count(change.files.length, "file")}, ${paint("green", `+${change.addedLines}`)} ${paint("red", `-${change.removedLines}`)}, on ${change.baseCommit.slice(0, 10)}`;
  return [head, ...change.files.map((file) => renderFile(file, paint)), ...renderTests(change.tests, paint)].join("\n");
}

function renderFile(file: ChangeFile, paint: Paint): string {
  const path = printable(file.oldPath ? `${file.oldPath} → ${file.path}` : file.path);
  const mode =
    file.oldMode !== null && file.newMode !== null && file.oldMode !== file.newMode
      ? ` (mode ${file.oldMode} → ${file.newMode})`
      : "";
  const lines = [paint("bold", `${signs[file.kind]} ${path}${mode}`)];
  if (file.binary) lines.push("  binary file");
  for (const hunk of file.hunks) {
    lines.push(
      paint(
        "cyan",
        `@@ -${hunk.oldStart},${hunk.oldLines} +${hunk.newStart},${hunk.newLines} @@ ${hunk.id.slice(0, 8)}`,
      ),
    );
    for (const line of hunk.lines) lines.push(paintLine(printable(line), paint));
  }
  return lines.join("\n");
}

function paintLine(line: string, paint: Paint): string {
  if (line.startsWith("+")) return paint("green", line);
  if (line.startsWith("-")) return paint("red", line);
  return line;
}

export function renderTests(tests: readonly TestEvidence[], paint: Paint): string[] {
  if (tests.length === 0) return [paint("yellow", "tests: none were run")];
  return tests.map((test) => `tests ${test.phase.padEnd(6)}: ${describeTest(test, paint)}`);
}

export function describeTest(test: TestEvidence, paint: Paint): string {
  const isGreen = test.exitCode === 0;
  const counts = [
    test.passed === null ? null : `${test.passed} passed`,
    test.failed ? paint("red", `${test.failed} failed`) : null,
    test.skipped ? `${test.skipped} skipped` : null,
  ].filter((part) => part !== null);
  const result = test.exitCode === null ? `ended by ${test.signal ?? "a limit"}` : `exit ${test.exitCode}`;
  const sign = isGreen ? paint("green", "✓") : paint("red", "✗");
  return `${sign} ${counts.length > 0 ? counts.join(", ") : result} (${test.framework}, ${(test.durationMs / 1000).toFixed(1)} s)`;
}

export function count(number: number, noun: string): string {
  return `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
}
