// edit_file: replaces one place of a text file, or with `all` every place. Refuses where old is not found, is found more than once,
// or the file is not UTF-8, and shows what is there instead. How places are found: edits/replace-text.ts.
import type { ToolContext, ToolResult } from "@outpost/core";
import { z } from "zod";
import { defineTool } from "./define-tool.ts";
import { describeMissing } from "./edits/describe-missing.ts";
import { findLeftOutMark } from "./edits/left-out.ts";
import type { MatchLevel } from "./edits/normalise.ts";
import { type ReplaceOutcome, replaceText } from "./edits/replace-text.ts";
import { decodeTextFile, encodeTextFile, splitLines, type TextFile } from "./edits/text-file.ts";
import { countOf, takeLines } from "./observation/fit.ts";
import { numberLines } from "./read-file.ts";
import { relativePath } from "./worktree-path.ts";
import { leftOutRefusal } from "./write-file.ts";

const maxBytes = 4_000_000;

const parameters = z.object({
  path: z.string().min(1),
  old: z.string(),
  new: z.string(),
  all: z.boolean().optional(),
});

type Edit = z.output<typeof parameters>;

export const editFile = defineTool({
  name: "edit_file",
  description: "Replace old (exact text without line numbers, found once; or all: every place) with new.",
  compact: { description: "Replace old (exact, found once) with new." },
  effect: "write",
  parameters,
  example: { path: "src/greet.py", old: "    return 'hello'", new: "    return 'hello, world'" },
  async run(value, context): Promise<ToolResult> {
    const path = relativePath(value.path, context.worktree);
    if (value.old === "")
      return refuse(path, "old is empty; give the text to replace, or make the file with write_file");
    if (value.old === value.new) return refuse(path, "old and new are the same");
    const { bytes, sha256 } = await context.worktree.files.read(path, { maxBytes });
    const decoded = decodeTextFile(bytes);
    if (!decoded.ok) return refuse(path, `${decoded.problem}; only UTF-8 text can be edited`);
    const mark = findLeftOutMark(value.new, decoded.file.text);
    if (mark !== undefined) return { ok: false, text: leftOutRefusal("edit_file", mark) };
    const outcome = replaceWithOrWithoutNumbers(decoded.file, value);
    if (outcome.type !== "replaced") return refuse(path, describeRefusal(outcome, decoded.file, value, context));
    await context.worktree.files.write(path, encodeTextFile({ ...decoded.file, text: outcome.text }), sha256);
    return { ok: true, text: describeEdit(path, outcome, value, context), filesTouched: [path] };
  },
});

function refuse(path: string, why: string): ToolResult {
  return { ok: false, text: `${path} was not changed: ${why}` };
}

/** Models copy the numbers of read_file into old. Where every line of it has one, they cannot be meant. */
function replaceWithOrWithoutNumbers(file: TextFile, value: Edit): ReplaceOutcome {
  const change = { old: value.old, new: value.new, all: value.all ?? false };
  const outcome = replaceText(file, change);
  if (outcome.type !== "missing") return outcome;
  const old = withoutNumbers(value.old);
  if (old === null) return outcome;
  return replaceText(file, { ...change, old, new: withoutNumbers(value.new) ?? value.new });
}

function withoutNumbers(text: string): string | null {
  const lines = text.split("\n");
  const isNumbered = lines.every(
    (line, index) => /^\s*\d+\|/.test(line) || (line === "" && index === lines.length - 1),
  );
  return isNumbered && text !== "" ? lines.map((line) => line.replace(/^\s*\d+\|/, "")).join("\n") : null;
}

function describeRefusal(
  outcome: Exclude<ReplaceOutcome, { type: "replaced" }>,
  file: TextFile,
  value: Edit,
  context: ToolContext,
): string {
  switch (outcome.type) {
    case "missing":
      return describeMissing(file.text, value.old, context.observationCharacters - value.path.length - 60);
    case "ambiguous":
      return `old is there ${outcome.lines.length} times (${atLines(outcome.lines)}); add lines around it until it is there once, or give "all": true`;
    case "inside_words":
      return `${JSON.stringify(value.old)} is there only inside of longer words (${atLines(outcome.lines)}); give more of the text around it`;
    case "unchanged":
      return `new is what is there already (${atLines(outcome.lines)})`;
  }
}

function atLines(lines: readonly number[]): string {
  const shown = lines.slice(0, 10).join(", ");
  const more = lines.length > 10 ? `, … ${lines.length - 10} more` : "";
  return `${lines.length === 1 ? "line" : "lines"} ${shown}${more}`;
}

const looseness: Record<MatchLevel, string> = {
  exact: "",
  unicode: "; quotes, dashes, spaces or accents of old were written otherwise there",
  trailing: "; old and the file differ in spaces at line ends",
};

/** What was done, and the lines around the first place as they are now. */
function describeEdit(
  path: string,
  outcome: Extract<ReplaceOutcome, { type: "replaced" }>,
  value: Edit,
  context: ToolContext,
): string {
  const heading = `edited ${path}: ${countOf(outcome.lines.length, "place")} (${atLines(outcome.lines)}${looseness[outcome.level]})`;
  const lines = splitLines(outcome.text);
  const first = Math.max(1, (outcome.lines[0] ?? 1) - 2);
  const height = Math.min(20, splitLines(value.new).length + 4);
  const room = Math.min(1500, context.observationCharacters - heading.length - 1);
  const around = numberLines(lines.slice(first - 1, first - 1 + height), first, 200);
  return [heading, ...takeLines(around, room)].join("\n");
}
