// A call's arguments as a record, from whatever the model or the server made of them: a record, its text, a text of its text, a fence
// around it, a wrapper, the same twice. Pure. Knows the tool's schema only to tell a wrapper from a property.
import type { Budget } from "./budget.ts";
import { type Doubt, worseOf } from "./doubt.ts";
import type { JsonSchema } from "./json-schema.ts";
import { readJson } from "./lenient-json.ts";
import { isRecord } from "./scan-json.ts";

export type ReadArguments =
  | { ok: true; record: Record<string, unknown>; doubt: Doubt }
  | { ok: false; problem: string };

const maxEncodings = 4;
const wrappers = new Set(["arguments", "parameters", "args", "input", "params", "kwargs", "properties", "toolinput"]);
const fence = /^```[a-z]*\s*\n?([\s\S]*?)\n?```\s*$/i;
/** What may stand behind a whole record and means nothing: brackets too many, tokens that leaked, the end of a fence. */
const leftover = /^(?:\s|[}\]]|<[|｜][^|｜<>]{1,40}[|｜]>|<\/[\w:]{1,40}>|```)*$/;

export function readArguments(given: unknown, schema: JsonSchema, budget: Budget): ReadArguments {
  let value = given;
  let doubt: Doubt = "none";
  for (let encodings = 0; typeof value === "string"; encodings++) {
    const text = bareText(value);
    if (text === "" || text === "null" || text === "None") return { ok: true, record: {}, doubt };
    if (encodings === maxEncodings) return { ok: false, problem: "the arguments are text within text" };
    const read = readText(text, budget);
    if (!read) return { ok: false, problem: "the arguments are not JSON" };
    doubt = worseOf(doubt, read.doubt);
    value = read.value;
  }
  if (Array.isArray(value) && value.length === 1) value = value[0];
  if (value === undefined || value === null) value = {};
  if (!isRecord(value)) return { ok: false, problem: "the arguments are no record" };
  const unwrapped = unwrap(value, schema);
  if (typeof unwrapped !== "string") return { ok: true, record: unwrapped, doubt };
  const inner = readArguments(unwrapped, { ...schema, properties: schema.properties ?? {} }, budget);
  return inner.ok ? { ...inner, doubt: worseOf(doubt, inner.doubt) } : inner;
}

function bareText(value: string): string {
  const text = value.trim();
  const inFence = text.startsWith("```") ? (fence.exec(text)?.[1]?.trim() ?? text) : text;
  return inFence.replace(/^json\s*(?=[{["'])/i, "");
}

function readText(text: string, budget: Budget): { value: unknown; doubt: Doubt } | undefined {
  const first = readJson(text, 0, budget);
  if (!first) return undefined;
  const rest = text.slice(first.end).trim();
  if (leftover.test(rest.slice(0, 200)) && rest.length <= 200) return first;
  const second = readJson(rest, 0, budget);
  if (!second || !leftover.test(rest.slice(second.end))) return undefined;
  // The same twice, or an empty one before the one that counts: both happen when a server puts a stream together.
  const isEmpty = isRecord(first.value) && Object.keys(first.value).length === 0;
  const isRepeated = JSON.stringify(first.value) === JSON.stringify(second.value);
  return isEmpty || isRepeated ? { value: second.value, doubt: worseOf(first.doubt, second.doubt) } : undefined;
}

/** The inside of {"arguments": {…}} and of a whole call in the place of its arguments. */
function unwrap(record: Record<string, unknown>, schema: JsonSchema): Record<string, unknown> | string {
  const isProperty = (name: string) => Object.hasOwn(schema.properties ?? {}, name);
  const names = Object.keys(record);
  const wrapper = names.find((name) => wrappers.has(name.toLowerCase().replaceAll("_", "")) && !isProperty(name));
  const others = names.filter((name) => name !== wrapper);
  const isCall = others.every((name) => ["name", "tool", "function", "type", "id"].includes(name) && !isProperty(name));
  if (wrapper === undefined || !isCall) return record;
  const inner = record[wrapper];
  if (isRecord(inner)) return inner;
  return typeof inner === "string" && inner.trimStart().startsWith("{") ? inner : record;
}
