// What an edit broke: a file that could be parsed before the call and cannot be any more. Said behind the tool's own words, so that the
// model mends it at once. What was broken before, and what the parser cannot read for reasons of its own, is not held against an edit.
import type { SyntaxProblem, Tool, ToolResult } from "@outpost/core";
import { isOutpostError } from "@outpost/protocol";
import type { PerformPorts } from "./perform-ports.ts";

type CheckPorts = Pick<PerformPorts, "workbench" | "syntax" | "taskSignal">;

/** Runs the call of a writing tool; others are only run. */
export async function runChecked(
  tool: Tool,
  given: Record<string, unknown>,
  ports: CheckPorts,
  run: () => Promise<ToolResult>,
): Promise<ToolResult> {
  const path = given["path"];
  if (tool.effect !== "write" || typeof path !== "string") return run();
  const before = await readText(path, ports);
  const result = await run();
  const [touched] = result.filesTouched ?? [];
  if (!result.ok || touched === undefined) return result;
  const after = await readText(touched, ports);
  if (after === null) return result;
  const broken = await check(touched, after, ports);
  if (broken.length === 0 || (before !== null && (await check(touched, before, ports)).length > 0)) return result;
  return { ...result, text: `${result.text}\n${describe(touched, broken)}` };
}

function describe(path: string, problems: readonly SyntaxProblem[]): string {
  const places = problems.map(({ line, text }) => `line ${line} ${text}`);
  return `but the syntax of ${path} is broken now: ${places.join("; ")}. Mend it before anything else.`;
}

async function check(
  path: string,
  text: string,
  { syntax, taskSignal }: CheckPorts,
): Promise<readonly SyntaxProblem[]> {
  return syntax.check(path, text, taskSignal);
}

/** Null: not there, or no text. */
async function readText(path: string, { workbench }: CheckPorts): Promise<string | null> {
  try {
    const { bytes } = await (await workbench.worktree()).files.read(path);
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    if (isOutpostError(error) || error instanceof TypeError) return null;
    throw error;
  }
}
