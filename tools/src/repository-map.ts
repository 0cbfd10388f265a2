// repository_map: the files that the others lean on, with what they are used for. Changes nothing.
import type { ToolResult } from "@outpost/core";
import { makeVisible } from "@outpost/protocol";
import { z } from "zod";
import { defineTool } from "./define-tool.ts";
import { describeCoverage } from "./observation/coverage.ts";
import { takeLines } from "./observation/fit.ts";
import { relativePath } from "./worktree-path.ts";

const maxTokens = 4000;
/** Under the estimate's, so that the map fits the observation too. */
const charactersPerToken = 3;

export const repositoryMap = defineTool({
  name: "repository_map",
  description: "Map the most used files and definitions.",
  effect: "read",
  parameters: z.object({ focus: z.string().optional() }),
  example: { focus: "src/orders" },
  async run({ focus }, { code, signal, observationCharacters, worktree }): Promise<ToolResult> {
    const path = focus === undefined ? "." : relativePath(focus, worktree);
    const tokens = Math.max(100, Math.min(maxTokens, Math.floor((observationCharacters - 100) / charactersPerToken)));
    const map = await code.map({ tokens, ...(path === "." ? {} : { focus: path }) }, signal);
    const caveat = describeCoverage(map.coverage);
    if (map.files.length === 0)
      return { ok: false, text: `the index knows no definitions${caveat}; use list_directory` };
    const heading = `most used first, by references${caveat}; ${map.omittedFiles} more files`;
    const lines = takeLines(makeVisible(map.text).split("\n"), observationCharacters - heading.length - 1);
    return { ok: true, text: [heading, ...lines].join("\n") };
  },
});
