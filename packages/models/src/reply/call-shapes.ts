// Which calls a JSON value stands for: {"name", "arguments"} under the names that models and frameworks have for the two, the API's own
// nesting, lists of them, {"tool": {…}} by the tool's name. Pure. Invariant: a record that has anything else in it is data, not a call.
import type { Doubt } from "./doubt.ts";
import { isRecord } from "./scan-json.ts";
import type { GivenCall, ToolIndex } from "./understand-call.ts";

const nameKeys = ["name", "tool", "tool_name", "toolname", "function", "function_name", "action", "recipient_name"];
const argumentKeys = new Set([
  ...["arguments", "parameters", "args", "input", "params", "kwargs", "tool_input", "action_input", "tool_args"],
  ...["tool_arguments", "toolinput", "tool_parameters", "function_args", "function_arguments"],
]);
/** May stand beside them: bookkeeping, and what a model thinks aloud. */
const besideKeys = new Set([
  ...["id", "type", "index", "call_id", "tool_call_id", "thought", "thoughts", "reasoning", "rationale", "explanation"],
]);
const listKeys = new Set(["tool_calls", "tool_uses", "calls", "function_calls"]);
const maxListed = 64;

export interface ShapeRules {
  /** A name alone is a call without arguments: where a marker says that it is one. */
  allowBareName: boolean;
}

/** Every call of the value, or undefined when a part of it is none. */
export function callsOfJson(
  value: unknown,
  doubt: Doubt,
  tools: ToolIndex,
  rules: ShapeRules,
): GivenCall[] | undefined {
  const items = listOf(value);
  if (items.length === 0 || items.length > maxListed) return undefined;
  const calls = items.map((item) => callOf(item, doubt, tools, rules, 0));
  return calls.every((call) => call !== undefined) ? calls : undefined;
}

function listOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  if (!isRecord(value)) return [];
  const entries = Object.entries(value).filter(([key]) => !besideKeys.has(key));
  const [first] = entries;
  return entries.length === 1 && first && listKeys.has(first[0]) && Array.isArray(first[1]) ? first[1] : [value];
}

function callOf(
  value: unknown,
  doubt: Doubt,
  tools: ToolIndex,
  rules: ShapeRules,
  depth: number,
): GivenCall | undefined {
  if (!isRecord(value) || depth > 2) return undefined;
  const given = Object.keys(value).filter((key) => !besideKeys.has(key.toLowerCase()));
  const [only] = given;
  if (given.length === 1 && only !== undefined && isRecord(value[only])) {
    // {"function": {"name", "arguments"}}, or {"read_file": {"path"}}.
    const nested = nameKeys.includes(only) || only === "tool_call" || only === "function_call";
    return nested ? callOf(value[only], doubt, tools, rules, depth + 1) : keyedCall(only, value[only], doubt, tools);
  }
  return namedCall(value, given, doubt, tools, rules);
}

function keyedCall(
  name: string,
  given: Record<string, unknown>,
  doubt: Doubt,
  tools: ToolIndex,
): GivenCall | undefined {
  // Only the tool's own name: another could be any key of any data.
  return tools.find(name)?.name === name ? { name, arguments: given, doubt } : undefined;
}

function namedCall(
  value: Record<string, unknown>,
  given: readonly string[],
  doubt: Doubt,
  tools: ToolIndex,
  rules: ShapeRules,
): GivenCall | undefined {
  const nameKey = nameKeys.find((key) => typeof value[key] === "string");
  if (nameKey === undefined) return undefined;
  const name = String(value[nameKey]);
  const tool = tools.find(name);
  if (!tool) return undefined;
  const rest = given.filter((key) => key !== nameKey);
  const [key] = rest;
  if (key === undefined) return rules.allowBareName ? { name, arguments: {}, doubt } : undefined;
  if (rest.length === 1 && argumentKeys.has(key.toLowerCase())) {
    const inside = value[key];
    return isRecord(inside) || typeof inside === "string" || inside === null
      ? { name, arguments: inside, doubt }
      : undefined;
  }
  return flatCall(value, rest, { name, doubt }, tool.schema.properties ?? {}, tool.schema.required ?? []);
}

/** {"tool": "read_file", "path": "a"}: every other key is a property of that tool, and none that it needs is missing. */
function flatCall(
  value: Record<string, unknown>,
  keys: readonly string[],
  call: { name: string; doubt: Doubt },
  properties: Record<string, unknown>,
  required: readonly string[],
): GivenCall | undefined {
  const isWhole = keys.every((key) => Object.hasOwn(properties, key)) && required.every((key) => keys.includes(key));
  if (!isWhole || required.length === 0) return undefined;
  return { ...call, arguments: Object.fromEntries(keys.map((key) => [key, value[key]])) };
}
