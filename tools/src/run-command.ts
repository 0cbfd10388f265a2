// run_command: one program in the sandbox, in the worktree. What it may do is the policy's and the sandbox's to say.
import type { ToolResult } from "@outpost/core";
import { z } from "zod";
import { argvSchema } from "./arguments/argv.ts";
import { defineTool } from "./define-tool.ts";
import { describeEnd, showOutput } from "./observation/process-text.ts";
import { relativePath } from "./worktree-path.ts";

export const runCommand = defineTool({
  name: "run_command",
  description: 'Run one program, no shell: ["make","-j2"].',
  compact: { description: "Run a program, no shell." },
  effect: "command",
  parameters: z.object({
    argv: argvSchema,
    cwd: z.string().optional(),
    timeout_ms: z.int().min(1000).max(3_600_000).optional(),
  }),
  example: { argv: ["git", "log", "--oneline", "-5"] },
  async run(value, context): Promise<ToolResult> {
    const result = await context.commands.run(
      {
        argv: value.argv,
        ...(value.cwd !== undefined && { cwd: relativePath(value.cwd, context.worktree) }),
        ...(value.timeout_ms !== undefined && { timeoutMs: value.timeout_ms }),
      },
      context.signal,
    );
    if (result.ended === "aborted") context.signal.throwIfAborted();
    const end = describeEnd(result);
    const output = showOutput(result, context.observationCharacters - end.length - 1, "run it so that it prints less");
    return { ok: result.ended === "exit" && result.exitCode === 0, text: `${end}\n${output}` };
  },
});
