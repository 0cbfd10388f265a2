// The difference of two trees as the files of a change: raw diff and patch of one git process, put together.
// Invariant: every file that git names is in the result, or the whole is an error; only submodules and unreadable names are left out.
import { type ChangeFile, type Hunk, limits, OutpostError } from "@outpost/protocol";
import type { Mirror } from "../mirror/mirror.ts";
import { languageOfPath } from "./language.ts";
import { type PatchSection, parsePatch, withIds } from "./patch.ts";
import { diffArguments, parseRawDiff, type RawChange } from "./raw-diff.ts";

const patchArguments = ["--patch", "--unified=3", "--inter-hunk-context=0", "--diff-algorithm=histogram"] as const;

/** Rejects with `limit_exceeded` beyond the change's bounds in files and bytes. */
export async function diffTrees(mirror: Mirror, base: string, next: string): Promise<ChangeFile[]> {
  const output = await mirror.run({
    args: [...diffArguments, ...patchArguments, base, next],
    maxOutputBytes: limits.changeBytes,
    mayCut: true,
  });
  if (output.isCut) {
    throw new OutpostError(
      "limit_exceeded",
      `the change is a diff of more than ${limits.changeBytes} bytes; keep generated files out of it with .gitignore`,
      { details: { limit: limits.changeBytes } },
    );
  }
  const { changes, end } = parseRawDiff(output.bytes);
  if (changes.length > limits.changeFiles) {
    throw new OutpostError(
      "limit_exceeded",
      `the change touches ${changes.length} files, over ${limits.changeFiles}; keep generated files out of it with .gitignore`,
      { details: { files: changes.length, limit: limits.changeFiles } },
    );
  }
  return joinPatch(changes, parsePatch(output.bytes, end));
}

/** What changed, without the patch. */
export async function listChanges(mirror: Mirror, base: string, next: string): Promise<RawChange[]> {
  const output = await mirror.run({ args: [...diffArguments, base, next] });
  return parseRawDiff(output.bytes).changes.filter((change) => change !== null);
}

function joinPatch(changes: readonly (RawChange | null)[], sections: readonly PatchSection[]): ChangeFile[] {
  const files: ChangeFile[] = [];
  let at = 0;
  for (const change of changes) {
    const own = sections.slice(at, at + (change?.isTypeChange ? 2 : 1));
    at += own.length;
    if (change !== null) files.push(toChangeFile(change, own));
  }
  if (at !== sections.length || files.some((file) => file.path === "")) {
    throw new OutpostError("internal", `git printed ${sections.length} patches for ${changes.length} changed files`);
  }
  return files;
}

function toChangeFile(change: RawChange, sections: readonly PatchSection[]): ChangeFile {
  const { isTypeChange, ...file } = change;
  const parts = sections.flatMap((section) => section.hunks);
  const binary = sections.some((section) => section.binary);
  const hunks = withIds(file.path, isTypeChange && !binary ? mergeSides(parts) : parts);
  const count = (sign: string) =>
    hunks.reduce((sum, hunk) => sum + hunk.lines.filter((line) => line.startsWith(sign)).length, 0);
  return {
    ...file,
    binary,
    language: languageOfPath(file.path),
    addedLines: binary ? 0 : count("+"),
    removedLines: binary ? 0 : count("-"),
    hunks: binary ? [] : hunks,
  };
}

/** All lines out, all lines in: one hunk, since neither half makes sense alone. */
function mergeSides(parts: readonly Omit<Hunk, "id">[]): Omit<Hunk, "id">[] {
  if (parts.length === 0) return [];
  const sum = (pick: (part: Omit<Hunk, "id">) => number) => parts.reduce((total, part) => total + pick(part), 0);
  const oldLines = sum((part) => part.oldLines);
  const newLines = sum((part) => part.newLines);
  return [
    {
      oldStart: oldLines === 0 ? 0 : 1,
      oldLines,
      newStart: newLines === 0 ? 0 : 1,
      newLines,
      lines: parts.flatMap((part) => part.lines),
    },
  ];
}
