// finish: the end of the run, in the model's words. The loop ends the run; nothing happens here.
import type { ToolResult } from "@outpost/core";
import { z } from "zod";
import { defineTool } from "./define-tool.ts";

const citation = z.object({ path: z.string().min(1), start_line: z.int().min(1), end_line: z.int().min(1).optional() });

export const finish = defineTool({
  name: "finish",
  description: "End the task.",
  compact: { description: "End the task." },
  effect: "end",
  parameters: z.object({
    summary: z.string().trim().min(1).max(20_000),
    citations: z.array(citation).max(50).optional(),
  }),
  example: {
    summary: "Tokens are checked in one place.",
    citations: [{ path: "src/auth.ts", start_line: 12, end_line: 40 }],
  },
  prepare: splitCitations,
  async run(value): Promise<ToolResult> {
    return { ok: true, text: value.summary };
  },
});

/** `src/auth.ts:12-40`, as people write it, for a citation. */
function splitCitations(given: unknown): unknown {
  if (typeof given !== "object" || given === null || !("citations" in given)) return given;
  const { citations } = given;
  return { ...given, citations: Array.isArray(citations) ? citations.map(splitCitation) : splitCitation(citations) };
}

function splitCitation(given: unknown): unknown {
  const found = typeof given === "string" ? /^\s*`?([^\s`]+?):L?(\d+)(?:-L?(\d+))?`?\s*$/.exec(given) : null;
  if (found === null) return given;
  return { path: found[1], start_line: Number(found[2]), end_line: Number(found[3] ?? found[2]) };
}
