// Conflicts as text: each path with its reason, and the lines that stand against each other.
import type { ApplyConflict, ConflictHunk } from "@outpost/protocol";
import { printable, printableName } from "./paint.ts";

const maxHunks = 5;

export function renderConflicts(conflicts: readonly ApplyConflict[]): string[] {
  return conflicts.flatMap(({ path, reason, hunks = [] }) => [
    `  ${printableName(path)}: ${printable(reason)}`,
    ...hunks.slice(0, maxHunks).flatMap(renderHunk),
    ...(hunks.length > maxHunks ? [`    … and ${hunks.length - maxHunks} more places`] : []),
  ]);
}

function renderHunk({ startLine, base, current, wanted }: ConflictHunk): string[] {
  return [
    `    line ${startLine}, where there was`,
    ...mark("      ", base),
    "    now there is",
    ...mark("    < ", current),
    "    and the change wants",
    ...mark("    > ", wanted),
  ];
}

function mark(sign: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [`${sign}(nothing)`] : lines.map((line) => `${sign}${printable(line)}`);
}
