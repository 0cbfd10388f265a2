// Conflicts as text: each path with its reason, and the lines that stand against each other. Code that is wider than the terminal goes on
// below, behind a mark where the sign stands.
import type { ApplyConflict, ConflictHunk } from "@outpost/protocol";
import { breakPieces, count, fitLine } from "./layout.ts";
import { printable, printableName } from "./paint.ts";

const maxHunks = 5;
const continuation = "    ↳ ";

export function renderConflicts(conflicts: readonly ApplyConflict[], columns: number): string[] {
  return conflicts.flatMap(({ path, reason, hunks = [] }) => [
    fitLine(`  ${printableName(path)}: ${printable(reason)}`, columns),
    ...hunks.slice(0, maxHunks).flatMap((hunk) => renderHunk(hunk, columns)),
    ...(hunks.length > maxHunks ? [`    … and ${count(hunks.length - maxHunks, "more place")}`] : []),
  ]);
}

function renderHunk({ startLine, base, current, wanted }: ConflictHunk, columns: number): string[] {
  return [
    `    line ${startLine}, where there was`,
    ...mark("      ", base, columns),
    "    now there is",
    ...mark("    < ", current, columns),
    "    and the change wants",
    ...mark("    > ", wanted, columns),
  ];
}

function mark(sign: string, lines: readonly string[], columns: number): string[] {
  if (lines.length === 0) return [`${sign}(nothing)`];
  return lines.flatMap((line) => {
    const rows = breakPieces([{ text: sign + printable(line), format: null }], columns, continuation.length);
    return rows.map((row, at) => (at === 0 ? "" : continuation) + row.map(({ text }) => text).join(""));
  });
}
