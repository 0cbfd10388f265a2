// grep_code: lines that hold a text or match an expression, by file. Changes nothing.
import type { GrepMatch, ToolResult, WorktreeFiles } from "@outpost/core";
import { isOutpostError, makeNameVisible, makeVisible } from "@outpost/protocol";
import { z } from "zod";
import { defineTool } from "./define-tool.ts";
import { countOf, cutLine, fitList } from "./observation/fit.ts";
import { toExtendedExpression } from "./regular-expression.ts";
import { relativePath } from "./worktree-path.ts";

const maxMatches = 300;
const longestLine = 240;

export const grepCode = defineTool({
  name: "grep_code",
  description: "Find lines with pattern (text, or a regex). path: directory, file or glob.",
  compact: { description: "Find lines that hold pattern.", optional: ["path"] },
  effect: "read",
  parameters: z.object({
    pattern: z.string().min(1),
    regex: z.boolean().optional(),
    ignore_case: z.boolean().optional(),
    path: z.string().optional(),
  }),
  example: { pattern: "createServer(", path: "src" },
  async run(value, { worktree, observationCharacters }): Promise<ToolResult> {
    const expression = value.regex
      ? toExtendedExpression(value.pattern)
      : { pattern: value.pattern, ignoreCase: false };
    const path =
      value.path === undefined ? undefined : await toGlob(relativePath(value.path, worktree), worktree.files);
    const { matches, truncated } = await worktree.git.grep({
      pattern: expression.pattern,
      regex: value.regex ?? false,
      ignoreCase: (value.ignore_case ?? false) || expression.ignoreCase,
      ...(path !== undefined && { path }),
      limit: maxMatches,
    });
    const what = `${JSON.stringify(value.pattern)}${value.path === undefined ? "" : ` in ${value.path}`}`;
    if (matches.length === 0) return { ok: true, text: describeNothing(what, value) };
    const files = new Set(matches.map((match) => match.path)).size;
    const heading = `${what}: ${truncated ? "the first " : ""}${countOf(matches.length, "line")} in ${countOf(files, "file")}`;
    return { ok: true, text: fitList(heading, showMatches(matches), observationCharacters, "narrow pattern or path") };
  },
});

/** A directory becomes everything below it; globs and files stay. */
async function toGlob(path: string, files: WorktreeFiles): Promise<string | undefined> {
  if (path === ".") return undefined;
  if (/[*?{[]/.test(path)) return path;
  try {
    await files.list(path, 1);
    return `${path}/**`;
  } catch (error) {
    if (isOutpostError(error)) return path;
    throw error;
  }
}

/** Each path once, its lines below it. */
function showMatches(matches: readonly GrepMatch[]): string[] {
  let path: string | null = null;
  return matches.flatMap((match) => {
    const line = `${match.line}|${cutLine(makeVisible(match.text), longestLine)}`;
    if (match.path === path) return [line];
    path = match.path;
    return [makeNameVisible(match.path), line];
  });
}

function describeNothing(
  what: string,
  value: { pattern: string; regex?: boolean | undefined; ignore_case?: boolean | undefined },
): string {
  const hints: string[] = [];
  if (!value.regex && /\.\*|\\[bdsw.(]|\||\^|\$$/.test(value.pattern))
    hints.push('the pattern was taken as plain text; give "regex": true');
  if (!value.ignore_case) hints.push('case was minded; give "ignore_case": true');
  return [`no line holds ${what}`, ...hints].join("; ");
}
