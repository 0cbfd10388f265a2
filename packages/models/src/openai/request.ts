// A ChatRequest as the body of POST /chat/completions. Pure. What servers of this kind disagree on is a dialect, learned from their refusals.
import { createHash } from "node:crypto";
import type { ChatMessage, ChatRequest } from "@outpost/core";
import { isRecord } from "../reply/scan-json.ts";

/** What a server does not take, or calls otherwise. */
export interface Dialect {
  omit: ReadonlySet<string>;
  maxTokensName: "max_tokens" | "max_completion_tokens";
}

export const commonDialect: Dialect = { omit: new Set(), maxTokensName: "max_tokens" };

const optional = ["parallel_tool_calls", "stream_options", "response_format", "chat_template_kwargs"];

/** The dialect of a server that refused a request with this text; undefined when the text is about something else. */
export function learnDialect(dialect: Dialect, refusal: string): Dialect | undefined {
  if (dialect.maxTokensName === "max_tokens" && /max_completion_tokens/.test(refusal))
    return { ...dialect, maxTokensName: "max_completion_tokens" };
  const unknown = optional.find((field) => !dialect.omit.has(field) && refusal.includes(field));
  return unknown === undefined ? undefined : { ...dialect, omit: new Set([...dialect.omit, unknown]) };
}

export function toCompletionRequest(name: string, request: ChatRequest, dialect: Dialect): Record<string, unknown> {
  const hasTools = request.tools.length > 0;
  const body: Record<string, unknown> = {
    model: name,
    messages: request.messages.map(toMessage),
    ...(hasTools ? { tools: request.tools.map((tool) => ({ type: "function", function: tool })) } : {}),
    // llama.cpp makes one call only, unless it is asked.
    ...(hasTools ? { parallel_tool_calls: true } : {}),
    ...(request.responseSchema && !hasTools ? { response_format: responseFormat(request.responseSchema) } : {}),
    // llama.cpp and vLLM hand it to the model's template; others refuse it once.
    ...(request.think === undefined ? {} : { chat_template_kwargs: { enable_thinking: request.think } }),
    stream: true,
    stream_options: { include_usage: true },
    [dialect.maxTokensName]: request.maxOutputTokens,
  };
  return Object.fromEntries(Object.entries(body).filter(([field]) => !dialect.omit.has(field)));
}

function responseFormat(schema: Record<string, unknown>): Record<string, unknown> {
  return { type: "json_schema", json_schema: { name: "answer", schema } };
}

function toMessage(message: ChatMessage): Record<string, unknown> {
  switch (message.role) {
    case "system":
    case "user":
      return { role: message.role, content: message.content };
    case "assistant":
      if (message.toolCalls.length === 0) return { role: "assistant", content: message.content };
      return {
        role: "assistant",
        // An empty text beside calls makes some templates print the next call as text.
        content: message.content === "" ? null : message.content,
        tool_calls: message.toolCalls.map((call) => ({
          id: wireId(call.id),
          type: "function",
          // Anything but a record's text is refused for ever; the call's observation says what was wrong with it.
          function: { name: call.name, arguments: JSON.stringify(isRecord(call.arguments) ? call.arguments : {}) },
        })),
      };
    case "tool":
      return { role: "tool", tool_call_id: wireId(message.toolCallId), content: message.content };
  }
}

/** Nine letters and digits: Mistral's templates take no other id, and everything else takes these. */
function wireId(id: string): string {
  return createHash("sha256").update(id).digest("hex").slice(0, 9);
}
