// `Action: read_file` and `Action Input: {…}`, as models write that were trained on ReAct prompts. The input may be plain text where the
// tool needs exactly one text; what follows `Observation:` was made up.
import { readJson } from "../lenient-json.ts";
import type { DeclaredTool } from "../understand-call.ts";
import { type CallForm, type FormResult, matchAt, type Source, skipSpace } from "./form.ts";
import { readPythonic } from "./pythonic.ts";

const opening = /\*{0,2}(?:Action|Tool|Function)\*{0,2}\s*:\*{0,2}[ \t]*/iy;
const nameAndInput =
  /[`"']?([\w.-]+)[`"']?[ \t]*\r?\n\s*\*{0,2}(?:Action Input|Tool Input|Input|Arguments|Args|Parameters)\*{0,2}\s*:\*{0,2}\s*(?:```(?:json)?\s*)?/iy;

function readReact(source: Source, start: number): FormResult {
  const { text, tools } = source;
  const opened = matchAt(opening, text, start);
  if (!opened) return undefined;
  const at = start + opened[0].length;
  const named = matchAt(nameAndInput, text, at);
  const tool = tools.find(named?.[1] ?? "");
  if (!named || !tool) return readPythonic(source, at);
  return readInput(source, at + named[0].length, tool);
}

function readInput({ text, budget }: Source, start: number, tool: DeclaredTool): FormResult {
  if (start >= text.length) return "broken_off";
  const read = text[start] === "{" ? readJson(text, start, budget) : undefined;
  if (read) {
    const fence = matchAt(/\s*```/y, text, read.end)?.[0] ?? "";
    return { calls: [{ name: tool.name, arguments: read.value, doubt: read.doubt }], end: read.end + fence.length };
  }
  const line = matchAt(/[^\n]+/y, text, skipSpace(text, start))?.[0] ?? "";
  const needed = tool.schema.required ?? [];
  const [only = ""] = needed;
  const isText = tool.schema.properties?.[only]?.type === "string";
  if (needed.length !== 1 || !isText || /[{}[\]<>]/.test(line) || line.trim() === "") return undefined;
  const value = line.trim().replace(/^(["'`])(.*)\1$/, "$2");
  const end = skipSpace(text, start) + line.length;
  return { calls: [{ name: tool.name, arguments: { [only]: value }, doubt: "none" }], end };
}

export const reactForm: CallForm = { name: "react", opens: opening, stands: "apart", read: readReact };
