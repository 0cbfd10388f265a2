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
    // One a line. As texts, not lists: the schema is paid for in every prompt.
    risks: z.string().optional(),
    edge_cases: z.string().optional(),
    suggested_tests: z.string().optional(),
    confidence: z.string().optional(),
  }),
  example: {
    summary: "Tokens are checked in one place.",
    citations: [{ path: "src/auth.ts", start_line: 12, end_line: 40 }],
  },
  prepare: (given) => joinNotes(splitCitations(given)),
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

/** Lists of notes as text, one a line; how sure a model is as it says it. Nothing of it is a reason to refuse the end of a run. */
function joinNotes(given: unknown): unknown {
  if (typeof given !== "object" || given === null) return given;
  const text = (value: unknown): unknown => (Array.isArray(value) ? value.map(String).join("\n") : value);
  const notes = ["risks", "edge_cases", "suggested_tests", "confidence"]
    .filter((name) => name in given)
    .map((name) => [name, text(given[name as keyof typeof given])])
    .filter(([, value]) => ["string", "number"].includes(typeof value));
  const rest = Object.entries(given).filter(
    ([name]) => !/^(?:risks|edge_cases|suggested_tests|confidence)$/.test(name),
  );
  return Object.fromEntries([...rest, ...notes]);
}
