// find_files: paths that match a glob, among what git would track. Changes nothing.
import type { ToolResult, WorktreeFiles } from "@outpost/core";
import { makeNameVisible } from "@outpost/protocol";
import { z } from "zod";
import { defineTool } from "./define-tool.ts";
import { countOf, fitList } from "./observation/fit.ts";

const maxPaths = 500;

export const findFiles = defineTool({
  name: "find_files",
  description: "Find files by glob: *.py, src/**/*.ts.",
  effect: "read",
  parameters: z.object({ pattern: z.string().min(1) }),
  example: { pattern: "src/**/*.ts" },
  async run(value, { worktree, observationCharacters }): Promise<ToolResult> {
    const pattern = value.pattern.replace(/^\.\//, "");
    const { paths, truncated } = await worktree.files.find(pattern, maxPaths);
    if (paths.length === 0) return { ok: true, text: await describeNothing(pattern, worktree.files) };
    const heading = `${truncated ? "the first " : ""}${countOf(paths.length, "file")} for ${JSON.stringify(pattern)}`;
    return {
      ok: true,
      text: fitList(heading, paths.map(makeNameVisible), observationCharacters, "narrow the pattern"),
    };
  },
});

async function describeNothing(pattern: string, files: WorktreeFiles): Promise<string> {
  const text = `no file matches ${JSON.stringify(pattern)}`;
  const word =
    pattern
      .split("/")
      .at(-1)
      ?.replaceAll(/[*?{}[\],]/g, "") ?? "";
  const wider = word.length < 2 ? { paths: [] } : await files.find(`*${word}*`, 8);
  if (wider.paths.length > 0) return `${text}; there is ${wider.paths.map(makeNameVisible).join(", ")}`;
  return `${text}; a pattern without "/" matches the name anywhere, "**" any number of directories`;
}
