// git_diff: the unified diff of this run against its base. Changes nothing.
import type { ToolResult } from "@outpost/core";
import { makeVisible } from "@outpost/protocol";
import { z } from "zod";
import { defineTool } from "./define-tool.ts";
import { fitHeadAndTail } from "./observation/fit.ts";
import { relativePath } from "./worktree-path.ts";

/** Read beyond what is shown, so that the observation can say how much it leaves out. */
const maxBytes = 400_000;

export const gitDiff = defineTool({
  name: "git_diff",
  description: "Diff of your changes.",
  effect: "read",
  parameters: z.object({ path: z.string().optional() }),
  example: { path: "src/main.ts" },
  async run(value, { worktree, observationCharacters }): Promise<ToolResult> {
    const path = value.path === undefined ? "." : relativePath(value.path, worktree);
    const diff = await worktree.git.diff({ ...(path !== "." && { path }), maxBytes });
    if (diff.trim() === "") return { ok: true, text: path === "." ? "nothing is changed" : `${path} is not changed` };
    const readOn = path === "." ? "give a path to see one file" : "read the file itself";
    return { ok: true, text: fitHeadAndTail(makeVisible(diff), observationCharacters, readOn) };
  },
});
