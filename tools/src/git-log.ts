// git_log: the newest commits, of everything or of one path. Changes nothing.
import type { ToolResult } from "@outpost/core";
import { makeVisible } from "@outpost/protocol";
import { z } from "zod";
import { defineTool } from "./define-tool.ts";
import { countOf, cutLine, fitList } from "./observation/fit.ts";
import { relativePath } from "./worktree-path.ts";

const maxCommits = 200;

export const gitLog = defineTool({
  name: "git_log",
  description: "Show newest commits.",
  effect: "read",
  parameters: z.object({ limit: z.int().optional(), path: z.string().optional() }),
  example: { limit: 10, path: "src/main.ts" },
  async run(value, { worktree, observationCharacters }): Promise<ToolResult> {
    const limit = Math.min(maxCommits, Math.max(1, value.limit ?? 20));
    const path = value.path === undefined ? "." : relativePath(value.path, worktree);
    const commits = await worktree.git.log({ limit, ...(path !== "." && { path }) });
    if (commits.length === 0)
      return { ok: true, text: path === "." ? "there are no commits" : `no commit touches ${path}` };
    const lines = commits.map((commit) => {
      const day = new Date(commit.atMs).toISOString().slice(0, 10);
      return cutLine(makeVisible(`${commit.commit.slice(0, 10)} ${day} ${commit.author}: ${commit.subject}`), 200);
    });
    return {
      ok: true,
      text: fitList(countOf(commits.length, "commit"), lines, observationCharacters, "give a smaller limit or a path"),
    };
  },
});
