// git_commit: commits everything in the worktree. Moves the worktree's HEAD only; the user's branches never see it.
import type { ToolResult } from "@outpost/core";
import { z } from "zod";
import { defineTool } from "./define-tool.ts";

export const gitCommit = defineTool({
  name: "git_commit",
  description: "Commit all your changes.",
  effect: "write",
  parameters: z.object({ message: z.string().trim().min(1).max(5000) }),
  example: { message: "Check tokens before they are used" },
  async run(value, { worktree }): Promise<ToolResult> {
    const commit = await worktree.git.commit(value.message);
    return { ok: true, text: `committed ${commit.slice(0, 10)}: ${value.message.split("\n")[0]}` };
  },
});
