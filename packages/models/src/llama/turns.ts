// Between the loop's conversation and what a bare model is told: tools as text in the system message, calls as the JSON that the grammar
// allows, results as what the user says. Pure.
import type { ChatMessage, ChatRequest } from "@outpost/core";
import type { RawToolCall, ToolSchema } from "@outpost/protocol";
import { createBudget } from "../reply/budget.ts";
import { readJson } from "../reply/lenient-json.ts";
import { isRecord } from "../reply/scan-json.ts";
import type { LlamaTurn } from "./messages.ts";

/** Neighbours of one role become one turn: templates want them in turns. */
export function toTurns({ messages, tools }: ChatRequest): LlamaTurn[] {
  const turns: LlamaTurn[] = [];
  for (const message of messages) {
    const turn = toTurn(message, tools);
    const last = turns.at(-1);
    if (last?.role === turn.role) last.text += `\n${turn.text}`;
    else turns.push(turn);
  }
  return turns;
}

function toTurn(message: ChatMessage, tools: readonly ToolSchema[]): LlamaTurn {
  switch (message.role) {
    case "system":
      return { role: "system", text: tools.length === 0 ? message.content : `${message.content}\n${describe(tools)}` };
    case "user":
      return { role: "user", text: message.content };
    case "tool":
      return { role: "user", text: `Result of ${message.toolName}:\n${message.content}` };
    case "assistant": {
      const calls = message.toolCalls.map(({ name, arguments: given }) =>
        JSON.stringify({ tool: name, arguments: given }),
      );
      const said =
        tools.length > 0 && calls.length === 0 ? JSON.stringify({ answer: message.content }) : message.content;
      return { role: "model", text: [said, ...calls].filter((part) => part !== "").join("\n") };
    }
  }
}

function describe(tools: readonly ToolSchema[]): string {
  const lines = tools.map(({ name, description, parameters }) => `- ${name}${signature(parameters)}: ${description}`);
  return `Answer with one JSON object: {"tool": NAME, "arguments": {…}} calls a tool, {"answer": TEXT} says something.
Tools, with arguments in brackets that may be left out:
${lines.join("\n")}`;
}

function signature(parameters: Record<string, unknown>): string {
  const properties = isRecord(parameters["properties"]) ? parameters["properties"] : {};
  const required = Array.isArray(parameters["required"]) ? parameters["required"] : [];
  const parts = Object.entries(properties).map(([key, schema]) => {
    const type = isRecord(schema) ? (schema["enum"] ?? schema["type"] ?? "any") : "any";
    const shown = `${key}: ${Array.isArray(type) ? type.join("|") : String(type)}`;
    return required.includes(key) ? shown : `[${shown}]`;
  });
  return `(${parts.join(", ")})`;
}

/** What the model wrote under the grammar of calls. What was cut is no call, whatever it looks like; of an answer what there is of it is kept. */
export function readCall(text: string, id: string): { content: string; toolCalls: RawToolCall[] } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { content: beginningOf(text), toolCalls: [] };
  }
  if (!isRecord(value)) return { content: text, toolCalls: [] };
  const { tool, answer, arguments: given } = value;
  if (typeof tool === "string") return { content: "", toolCalls: [{ id, name: tool, arguments: given }] };
  return { content: typeof answer === "string" ? answer : text, toolCalls: [] };
}

function beginningOf(text: string): string {
  const value = readJson(text, 0, createBudget(text.length))?.value;
  const answer = isRecord(value) && !("tool" in value) ? value["answer"] : undefined;
  return typeof answer === "string" ? answer : "";
}
