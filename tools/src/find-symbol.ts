// find_symbol: where a name is defined, or the lines of code that use it, from the index of the run's view. By spelling. Changes nothing.
import type { ToolContext, ToolResult } from "@outpost/core";
import { type CodeReference, type CodeSymbol, limits, makeNameVisible } from "@outpost/protocol";
import { z } from "zod";
import { defineTool } from "./define-tool.ts";
import { describeCoverage } from "./observation/coverage.ts";
import { countOf, cutLine, fitList } from "./observation/fit.ts";

const maxSymbols = 40;
const maxReferences = 100;

export const findSymbol = defineTool({
  name: "find_symbol",
  description: "Where a name is defined, or its uses.",
  effect: "read",
  parameters: z.object({ name: z.string().trim().min(1), uses: z.boolean().optional() }),
  example: { name: "parse_order", uses: true },
  run: ({ name, uses }, context) =>
    (uses ? showReferences : showDefinitions)(name.slice(0, limits.nameCharacters), context),
});

async function showDefinitions(
  name: string,
  { code, signal, observationCharacters }: ToolContext,
): Promise<ToolResult> {
  const exact = await code.symbols({ name, limit: maxSymbols }, signal);
  const caveat = describeCoverage(exact.coverage);
  if (exact.items.length > 0) {
    const heading = `${countOf(exact.total, "definition")} of ${JSON.stringify(name)}${caveat}`;
    return {
      ok: true,
      text: fitList(heading, exact.items.map(showSymbol), observationCharacters, "name its class too"),
    };
  }
  const prefix = name.split(/::|->|[.#\\]/).at(-1) || name;
  const near = await code.symbols({ prefix, limit: 8 }, signal);
  const also = near.items.length === 0 ? "" : `; names that begin so:\n${near.items.map(showSymbol).join("\n")}`;
  return {
    ok: exact.coverage.state === "ready",
    text: `${JSON.stringify(name)} is defined nowhere in the index${caveat}${also || "; try grep_code"}`,
  };
}

async function showReferences(name: string, { code, signal, observationCharacters }: ToolContext): Promise<ToolResult> {
  const found = await code.references({ name, limit: maxReferences }, signal);
  const caveat = describeCoverage(found.coverage);
  const definitions = found.definitions.slice(0, 5).map((symbol) => `defined ${showSymbol(symbol)}`);
  if (found.items.length === 0) {
    const text = `no code uses ${JSON.stringify(name)}${caveat}; comments and strings are not searched, grep_code does`;
    return { ok: found.coverage.state === "ready", text: [text, ...definitions].join("\n") };
  }
  const more = found.isCut ? ", there are more" : "";
  const heading = `${countOf(found.items.length, "line")} in ${countOf(found.totalFiles, "file")}, by spelling${more}${caveat}`;
  const lines = [...definitions, ...found.items.map(showReference)];
  return { ok: true, text: fitList(heading, lines, observationCharacters, "use grep_code below a path") };
}

function showSymbol({ path, line, endLine, kind, name, container }: CodeSymbol): string {
  const lines = endLine > line ? `${line}-${endLine}` : `${line}`;
  return makeNameVisible(`${path}:${lines} ${kind} ${container === "" ? name : `${container}.${name}`}`);
}

function showReference({ path, line, text, within }: CodeReference): string {
  return makeNameVisible(`${path}:${line}${within === null ? "" : ` in ${within}`}: ${cutLine(text, 160)}`);
}
