// git_status: what this run changed so far, against its base. Changes nothing.
import type { ToolResult } from "@outpost/core";
import { makeNameVisible } from "@outpost/protocol";
import { z } from "zod";
import { defineTool } from "./define-tool.ts";
import { countOf, fitList } from "./observation/fit.ts";

export const gitStatus = defineTool({
  name: "git_status",
  description: "List what you changed.",
  effect: "read",
  parameters: z.object({}),
  example: {},
  async run(_, { worktree, observationCharacters }): Promise<ToolResult> {
    const files = await worktree.git.status();
    if (files.length === 0) return { ok: true, text: "nothing is changed" };
    const lines = files.map((file) => `${file.kind} ${makeNameVisible(file.path)}`);
    const heading = `${countOf(files.length, "file")} changed`;
    return { ok: true, text: fitList(heading, lines, observationCharacters, "see git_diff for a path") };
  },
});
