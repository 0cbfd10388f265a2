// Calls as Python writes them: `read_file(path="a")`, alone or in a list. Read for Llama 4, Gemma and others; also what stands behind
// `<|python_tag|>`, where Llama 3 writes `read_file.call(path="a")`.
import type { Doubt } from "../doubt.ts";
import { worseOf } from "../doubt.ts";
import { readLenient } from "../lenient-json.ts";
import { isRecord } from "../scan-json.ts";
import type { GivenCall } from "../understand-call.ts";
import { type CallForm, type FormReading, matchAt, type Source, skipSpace } from "./form.ts";

const head = /([A-Za-z_][\w.]*)\s*\(/y;
const keyword = /([A-Za-z_]\w*)\s*=(?!=)\s*/y;
const maxCalls = 64;

/** One call, or a list of them in brackets. */
export function readPythonic(source: Source, start: number): FormReading | undefined {
  if (source.text[start] !== "[") return readCall(source, start);
  const calls: GivenCall[] = [];
  let at = skipSpace(source.text, start + 1);
  while (calls.length < maxCalls) {
    const call = readCall(source, at);
    if (!call) return undefined;
    calls.push(...call.calls);
    at = skipSpace(source.text, call.end);
    const character = source.text[at];
    if (character === "]") return { calls, end: at + 1 };
    if (character !== ",") return undefined;
    at = skipSpace(source.text, at + 1);
  }
  return undefined;
}

function readCall(source: Source, start: number): FormReading | undefined {
  const { text, tools } = source;
  const opened = matchAt(head, text, start);
  const name = opened?.[1]?.replace(/\.call$/, "");
  if (!opened || name === undefined) return undefined;
  const tool = tools.find(name);
  if (!tool) return undefined;
  const read = readGiven(source, start + opened[0].length, Object.keys(tool.schema.properties ?? {}));
  if (!read) return undefined;
  return { calls: [{ name, arguments: read.given, doubt: read.doubt }], end: read.end };
}

interface Given {
  given: Record<string, unknown>;
  end: number;
  doubt: Doubt;
}

/** Up to and with the closing parenthesis. A value without a name is the next property's; a single record is all of them. */
function readGiven(source: Source, start: number, properties: readonly string[]): Given | undefined {
  const { text, budget } = source;
  const given = new Map<string, unknown>();
  let doubt: Doubt = "none";
  let at = skipSpace(text, start);
  for (let position = 0; text[at] !== ")"; position++) {
    const named = matchAt(keyword, text, at);
    const from = at + (named?.[0].length ?? 0);
    const value = readLenient(text, from, budget);
    if (!value || value.doubt === "guessed" || value.end === from) return undefined;
    doubt = worseOf(doubt, value.doubt);
    const name = named?.[1] ?? properties[position];
    if (!named && position === 0 && isRecord(value.value)) {
      for (const [key, inner] of Object.entries(value.value)) given.set(key, inner);
    } else if (name === undefined || given.has(name)) return undefined;
    else given.set(name, value.value);
    at = skipSpace(text, value.end);
    if (text[at] === ",") at = skipSpace(text, at + 1);
    else if (text[at] !== ")")
      return text[at] === undefined && doubt === "unterminated" ? { given: {}, end: at, doubt } : undefined;
  }
  return { given: Object.fromEntries(given), end: at + 1, doubt };
}

export const pythonicForm: CallForm = {
  name: "pythonic",
  opens: /\[\s*[A-Za-z_][\w.]*\s*\(|[A-Za-z_][\w.]*\(/y,
  stands: "last",
  read(source, start) {
    // A single call is also what code looks like: then it has to be all there is.
    if (source.text[start] !== "[" && source.text.slice(0, start).trim() !== "") return undefined;
    const first = readPythonic(source, start);
    if (!first) return undefined;
    const calls = [...first.calls];
    let { end } = first;
    for (;;) {
      const more = readPythonic(source, skipSpace(source.text, end));
      if (!more || calls.length >= maxCalls) return { calls, end };
      calls.push(...more.calls);
      end = more.end;
    }
  },
};
