// read_output: what a command printed: since the last look while it runs in the background, or the whole of it, a page at a time. With
// `stop` it ends first, and all that it started. Its effect is that of a command: one in the background may have written files since.
import type { CommandReport, ToolResult } from "@outpost/core";
import { makeVisible, stripTerminalSequences } from "@outpost/protocol";
import { z } from "zod";
import { defineTool } from "./define-tool.ts";
import { splitLines } from "./edits/text-file.ts";
import { describeState, showNew } from "./observation/command-text.ts";
import { takeLines } from "./observation/fit.ts";
import { numberLines } from "./read-file.ts";

/** One line may take this part of the room. */
const longestLineShare = 0.25;

export const readOutput = defineTool({
  name: "read_output",
  description: "A command's new output; start_line: all; stop: end it.",
  effect: "command",
  parameters: z.object({
    command: z.string().min(1).max(20),
    start_line: z.int().optional(),
    stop: z.boolean().optional(),
  }),
  example: { command: "c1", start_line: 1 },
  async run({ command: name, start_line: given, stop }, context): Promise<ToolResult> {
    const { taskCommands, observationCharacters: room } = context;
    const report = stop ? await taskCommands.stop(name) : await taskCommands.look(name, context.signal);
    if (stop && given === undefined) return { ok: true, text: showNew(report, room) };
    if (given === undefined && (report.output !== "" || report.state === "running"))
      return { ok: true, text: showNew(report, room) };
    const text = makeVisible(stripTerminalSequences(await taskCommands.readAll(name)));
    return showPage(report, splitLines(text), given ?? 1, room);
  },
});

function showPage(report: CommandReport, lines: readonly string[], given: number, room: number): ToolResult {
  const total = lines.length;
  const heading = describeState(report);
  if (total === 0) return { ok: true, text: `${heading}\n(no output is kept)` };
  const start = given < 0 ? Math.max(1, total + given + 1) : Math.max(1, given);
  if (start > total) return { ok: false, text: `${heading}; it has ${total} lines, there is no line ${start}` };
  const numbered = numberLines(lines.slice(start - 1), start, room * longestLineShare);
  const shown = takeLines(numbered, room - heading.length - 120);
  if (shown.length === 0) shown.push(numbered[0] ?? "");
  const last = start + shown.length - 1;
  const readOn = last < total ? [`[read on: read_output {"command":"${report.name}","start_line":${last + 1}}]`] : [];
  return { ok: true, text: [`${heading}; lines ${start}-${last} of ${total}`, ...shown, ...readOn].join("\n") };
}
