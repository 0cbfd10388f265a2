// run_command: one program in the sandbox, in the worktree. What it may do is the policy's and the sandbox's to say.
import type { ToolContext, ToolResult } from "@outpost/core";
import { z } from "zod";
import { argvSchema } from "./arguments/argv.ts";
import { defineTool } from "./define-tool.ts";
import { showNew } from "./observation/command-text.ts";
import { describeEnd, readOnHint, showOutput } from "./observation/process-text.ts";
import { relativePath } from "./worktree-path.ts";

export const runCommand = defineTool({
  name: "run_command",
  description: 'Run a program, no shell: ["make","-j2"]. background: a server.',
  compact: { description: "Run a program, no shell." },
  effect: "command",
  parameters: z.object({
    argv: argvSchema,
    cwd: z.string().optional(),
    timeout_ms: z.int().min(1000).max(3_600_000).optional(),
    background: z.boolean().optional(),
  }),
  example: { argv: ["git", "log", "--oneline", "-5"] },
  async run(value, context): Promise<ToolResult> {
    const command = {
      argv: value.argv,
      ...(value.cwd !== undefined && { cwd: relativePath(value.cwd, context.worktree) }),
    };
    if (value.background) return startInBackground(command, context);
    const timeout = value.timeout_ms === undefined ? {} : { timeoutMs: value.timeout_ms };
    const result = await context.commands.run({ ...command, ...timeout }, context.signal);
    if (result.ended === "aborted") context.signal.throwIfAborted();
    const end = describeEnd(result);
    const output = showOutput(result, context.observationCharacters - end.length - 1, readOnHint(result));
    return { ok: result.ended === "exit" && result.exitCode === 0, text: `${end}\n${output}` };
  },
});

/** One that ended at once did not do what it was to do, unless it says so. */
async function startInBackground(
  command: { argv: readonly string[]; cwd?: string },
  context: ToolContext,
): Promise<ToolResult> {
  const report = await context.taskCommands.start(command, context.signal);
  const ok = report.state === "running" || report.end?.exitCode === 0;
  return { ok, text: showNew(report, context.observationCharacters) };
}
