// search_code: the retrieval's hits for a question or words, best first. Changes nothing; never silent about what the index lacks.
import type { ToolResult } from "@outpost/core";
import type { Hit } from "@outpost/protocol";
import { makeNameVisible, makeVisible } from "@outpost/protocol";
import { z } from "zod";
import { defineTool } from "./define-tool.ts";
import { describeCoverage } from "./observation/coverage.ts";
import { cutLine, takeAround } from "./observation/fit.ts";
import { relativePath } from "./worktree-path.ts";

const maxHits = 30;

export const searchCode = defineTool({
  name: "search_code",
  description: "Search code by meaning or words. Name what such code may be called, too.",
  effect: "read",
  parameters: z.object({
    query: z.string().trim().min(1),
    limit: z.int().optional(),
    path_prefix: z.string().optional(),
  }),
  example: { query: "where are access tokens checked: verifyToken, authenticate, bearer" },
  async run(value, context): Promise<ToolResult> {
    const limit = Math.min(maxHits, Math.max(1, value.limit ?? 6));
    const prefix = value.path_prefix === undefined ? "." : relativePath(value.path_prefix, context.worktree);
    const options = { limit, ...(prefix !== "." && { pathPrefix: prefix }) };
    const { hits, coverage } = await context.searcher.search(value.query, options, context.signal);
    const caveat = describeCoverage(coverage);
    if (hits.length === 0) {
      return {
        ok: coverage.state === "ready",
        text: `no hits for ${JSON.stringify(value.query)}${caveat}; try grep_code or other words`,
      };
    }
    const heading = `${hits.length} hits, best first${caveat}`;
    return {
      ok: true,
      text: [heading, ...showHits(hits, context.observationCharacters - heading.length - 80)].join("\n"),
    };
  },
});

/** Every hit gets an equal share of the room that is left; what a short one does not use goes to those behind it. */
function showHits(hits: readonly Hit[], room: number): string[] {
  let left = room;
  return hits.flatMap((hit, index) => {
    const share = Math.floor(left / (hits.length - index));
    const within = hit.within ? ` in ${makeNameVisible(hit.within)}` : "";
    const symbol = hit.symbol === null ? within : ` ${hit.kind} ${makeNameVisible(hit.symbol)}`;
    const heading = `## ${makeNameVisible(hit.path)}:${hit.startLine}-${hit.endLine}${symbol}`;
    const lines = makeVisible(hit.text)
      .trimEnd()
      .split("\n")
      .map((line) => cutLine(line, 240));
    const { from, shown } = takeAround(
      lines,
      (hit.bestLine ?? hit.startLine) - hit.startLine,
      share - heading.length - 60,
    );
    const missing = lines.length - from - shown.length;
    const above = from > 0 ? [`[… ${from} lines above]`] : [];
    const block = [heading, ...above, ...shown, ...(missing > 0 ? [`[… ${missing} more lines]`] : [])];
    left -= block.join("\n").length + 1;
    return left < 0 ? [] : block;
  });
}
