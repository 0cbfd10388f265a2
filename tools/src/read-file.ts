// read_file: a page of a file with line numbers, and how to read on. Changes nothing.
import type { ToolContext, ToolResult } from "@outpost/core";
import { makeVisible } from "@outpost/protocol";
import { z } from "zod";
import { defineTool } from "./define-tool.ts";
import { decodeTextFile, splitLines } from "./edits/text-file.ts";
import { cutLine, takeLines } from "./observation/fit.ts";
import { relativePath } from "./worktree-path.ts";

const parameters = z.object({
  path: z.string().min(1),
  start_line: z.int().optional(),
  end_line: z.int().optional(),
});

/** One line may take this part of the room, so that a minified file still shows more than one. */
const longestLineShare = 0.25;

export const readFile = defineTool({
  name: "read_file",
  description: "Read a file's numbered lines by pages.",
  compact: { description: "Read numbered lines.", optional: ["start_line", "end_line"] },
  effect: "read",
  parameters,
  example: { path: "src/main.ts", start_line: 1 },
  async run(value, context): Promise<ToolResult> {
    const path = relativePath(value.path, context.worktree);
    const { bytes } = await context.worktree.files.read(path);
    if (bytes.length === 0) return { ok: true, text: `${path} is empty` };
    const decoded = decodeTextFile(bytes);
    if (!decoded.ok && bytes.includes(0)) return { ok: false, text: `${path} cannot be shown: ${decoded.problem}` };
    const text = decoded.ok ? decoded.file.text : new TextDecoder().decode(bytes);
    const notes = decoded.ok
      ? decoded.file.lineEnding === "\r\n"
        ? ["CRLF"]
        : []
      : [`${decoded.problem}: shown with �`];
    return showPage(path, splitLines(text), notes, { start: value.start_line, end: value.end_line }, context);
  },
});

interface Range {
  start: number | undefined;
  end: number | undefined;
}

function showPage(path: string, lines: string[], notes: string[], range: Range, context: ToolContext): ToolResult {
  const total = lines.length;
  const start = Math.max(1, range.start ?? 1);
  const end = range.end === undefined || range.end < 1 ? total : Math.min(range.end, total);
  if (start > total) return { ok: false, text: `${path} has ${total} lines; there is no line ${start}` };
  if (end < start)
    return { ok: false, text: `end_line ${range.end} lies before start_line ${start} (${path} has ${total} lines)` };
  const numbered = numberLines(lines.slice(start - 1, end), start, context.observationCharacters * longestLineShare);
  const room = context.observationCharacters - path.length * 2 - notes.join(", ").length - 140;
  const shown = takeLines(numbered, room);
  if (shown.length === 0) shown.push(numbered[0] ?? "");
  const last = start + shown.length - 1;
  const details = [start === 1 && last === total ? `${total} lines` : `lines ${start}-${last} of ${total}`, ...notes];
  const readOn = last < total ? [`[read on: read_file {"path":${JSON.stringify(path)},"start_line":${last + 1}}]`] : [];
  return { ok: true, text: [`${path} (${details.join(", ")})`, ...shown, ...readOn].join("\n") };
}

/** `12|text`: cheap in tokens, and plain enough that nobody takes the number for code. */
export function numberLines(lines: readonly string[], start: number, longestLine: number): string[] {
  return lines.map(
    (line, index) => `${start + index}|${cutLine(makeVisible(line), Math.max(40, Math.floor(longestLine)))}`,
  );
}
