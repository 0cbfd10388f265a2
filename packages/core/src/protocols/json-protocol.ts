// Calls as one JSON object that the server holds the model to by a schema (Ollama's `format`, `response_format`, a grammar). The server
// does not show the schema to the model, so the tools are listed in text too. Not every server keeps to it: what comes is read with care.
import type { RunTool, ToolSchema } from "@outpost/protocol";
import type { ReadCalls } from "./parse-text-calls.ts";
import { describeTools } from "./tool-list.ts";

export function describeJsonProtocol(tools: readonly ToolSchema[]): string {
  return `Answer with one JSON object and nothing else: {"tool": NAME, "arguments": {…}}. It is the call you make; its result comes in the next message.
Tools, with arguments in brackets that may be left out:
${describeTools(tools)}`;
}

export function composeCallSchema(tools: readonly ToolSchema[]): Record<string, unknown> {
  const call = (tool: ToolSchema) => ({
    type: "object",
    properties: { tool: { type: "string", enum: [tool.name] }, arguments: tool.parameters },
    required: ["tool", "arguments"],
    additionalProperties: false,
  });
  return { type: "object", anyOf: tools.map(call) };
}

export function composeJsonCall(call: { name: string; arguments: Record<string, unknown> }): string {
  return JSON.stringify({ tool: call.name, arguments: call.arguments });
}

export function parseJsonCall(content: string, tools: readonly RunTool[]): ReadCalls {
  const value = parseObject(content);
  const none = (problem: string | null): ReadCalls => ({ calls: [], prose: content.trim(), problem });
  if (value === null) return none(content.trim() === "" ? null : "it is not one JSON object");
  const name = value["tool"] ?? value["name"];
  if (typeof name !== "string") return none('it has no "tool"');
  const given = value["arguments"] ?? value["parameters"] ?? {};
  const known = tools.find((tool) => tool.name === name) ?? tools.find((tool) => tool.name === name.toLowerCase());
  return {
    calls: [{ id: "json_1", name: known?.name ?? name, arguments: given }],
    prose: "",
    problem: null,
  };
}

/** The object that is the text, or that stands in a fence or behind a word or two; whole, or null. */
function parseObject(content: string): Record<string, unknown> | null {
  const from = content.indexOf("{");
  const to = content.lastIndexOf("}");
  if (from < 0 || to < from) return null;
  try {
    const value: unknown = JSON.parse(content.slice(from, to + 1));
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}
