// Calls in plain text, for models that cannot be trusted with JSON: an argument is a line, a file's body is raw text below a line of its
// own, nothing is quoted or escaped. Composed here, read in parse-text-calls.ts; what one writes the other reads back. Pure.
import type { ToolSchema } from "@outpost/protocol";
import { describeTools } from "./tool-list.ts";

export function describeTextProtocol(tools: readonly ToolSchema[]): string {
  return `Make calls in plain text, like this, without quotes or escapes:
=== call edit_file
path: src/greet.py
--- old
    return 'hello'
--- new
    return 'hello, world'
=== end
An argument is a line "name: value". Text of several lines stands below a line "--- name". Lists are JSON. Every call ends with "=== end". Results come in the next message; never write them yourself.
Tools, with arguments in brackets that may be left out:
${describeTools(tools)}`;
}

export function composeTextCall(call: { name: string; arguments: Record<string, unknown> }): string {
  const entries = Object.entries(call.arguments).map(([name, value]): [string, string] => [name, textOf(value)]);
  const isLine = (value: string): boolean => value !== "" && value === value.trim() && !/[\n\r]/.test(value);
  const lines = entries.filter(([, value]) => isLine(value)).map(([name, value]) => `${name}: ${value}`);
  const bodies = entries.filter(([, value]) => !isLine(value)).map(([name, value]) => `--- ${name}\n${value}`);
  return [`=== call ${call.name}`, ...lines, ...bodies, "=== end"].join("\n");
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
}
