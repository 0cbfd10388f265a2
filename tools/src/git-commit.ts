// git_commit: commits everything in the worktree. Moves the worktree's HEAD only; the user's branches never see it.
// Refuses what would put a secret into history; a change that holds one can still be finished, and waits for a person.
import type { ToolResult } from "@outpost/core";
import type { SecretFinding } from "@outpost/protocol";
import { z } from "zod";
import { defineTool } from "./define-tool.ts";

export const gitCommit = defineTool({
  name: "git_commit",
  description: "Commit all your changes.",
  effect: "write",
  parameters: z.object({ message: z.string().trim().min(1).max(5000) }),
  example: { message: "Check tokens before they are used" },
  async run(value, { worktree, findSecrets }): Promise<ToolResult> {
    const secrets = await findSecrets();
    if (secrets.length > 0) return { ok: false, text: describeSecrets(secrets) };
    const commit = await worktree.git.commit(value.message);
    return { ok: true, text: `committed ${commit.slice(0, 10)}: ${value.message.split("\n")[0]}` };
  },
});

function describeSecrets(secrets: readonly SecretFinding[]): string {
  const places = secrets.slice(0, 5).map(({ what, path, line }) => `${what} at ${path}:${line}`);
  return `nothing was committed: the changes hold what looks like a secret (${places.join(", ")}); take it out, or finish without a commit and say so`;
}
