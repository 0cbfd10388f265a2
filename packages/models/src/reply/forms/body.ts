// What stands between the marks of a call, whatever the marks: JSON, several of them, Python calls, a name with JSON behind it, or tags.
// Shared by the forms that are an envelope around it.
import { callsOfJson } from "../call-shapes.ts";
import { readJson } from "../lenient-json.ts";
import type { GivenCall } from "../understand-call.ts";
import { type FormReading, type FormResult, matchAt, type Source, skipSpace } from "./form.ts";
import { readFunctionXml } from "./function-xml.ts";
import { readInvokeXml } from "./invoke-xml.ts";
import { readPythonic } from "./pythonic.ts";

const separator = /\s*[;,]?\s*/y;
const nameBeforeJson = /([A-Za-z_][\w.:-]*)\s*(?:\[CALL_ID\]\s*[\w-]+\s*)?(?:\[ARGS\]\s*|\(\s*)?(?=[{])/y;
const maxCalls = 64;

export function readBody(source: Source, start: number): FormResult {
  const { text } = source;
  const at = skipSpace(text, start);
  if (at >= text.length) return "broken_off";
  if (text[at] === "<") return readFunctionXml(source, at) ?? readInvokeXml(source, at);
  if (text[at] !== "{" && text[at] !== "[") return readNamedJson(source, at) ?? readPythonic(source, at);
  return readPythonic(source, at) ?? readJsonCalls(source, at, true);
}

/** JSON values one behind the other, each one call or a list of them. */
export function readJsonCalls(source: Source, start: number, allowBareName: boolean): FormResult {
  const { text, budget, tools } = source;
  const calls: GivenCall[] = [];
  let end = start;
  for (let at = start; calls.length < maxCalls; ) {
    const read = readJson(text, at, budget);
    if (!read) break;
    const more = callsOfJson(read.value, read.doubt, tools, { allowBareName });
    if (!more) {
      if (calls.length === 0 && read.doubt === "unterminated") return "broken_off";
      break;
    }
    calls.push(...more);
    end = read.end;
    at = end + (matchAt(separator, text, end)?.[0].length ?? 0);
  }
  return calls.length > 0 ? { calls, end } : undefined;
}

function readNamedJson(source: Source, start: number): FormReading | undefined {
  const { text, budget, tools } = source;
  const named = matchAt(nameBeforeJson, text, start);
  const name = named?.[1];
  if (!named || name === undefined || !tools.find(name)) return undefined;
  const read = readJson(text, start + named[0].length, budget);
  if (!read) return undefined;
  const end = named[0].includes("(") && text[read.end] === ")" ? read.end + 1 : read.end;
  return { calls: [{ name, arguments: read.value, doubt: read.doubt }], end };
}
