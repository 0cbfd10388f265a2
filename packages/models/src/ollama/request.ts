// A ChatRequest as the body of POST /api/chat. Pure. Knows what Ollama does silently and asks it not to: truncate and shift are off,
// and the window is named in every request, because the default one cuts prompts without a word.
import type { ChatMessage, ChatRequest as OutpostChatRequest } from "@outpost/core";
import type { RawToolCall, ToolSchema } from "@outpost/protocol";
import type { ChatRequest, Message, Tool } from "ollama";
import { isRecord } from "../reply/scan-json.ts";

/** The library's types lack these; it passes them on. */
type WireRequest = ChatRequest & { stream: true; truncate: false; shift: false };

export function toOllamaRequest(name: string, request: OutpostChatRequest, keepAlive?: string): WireRequest {
  return {
    model: name,
    messages: request.messages.map(toMessage),
    ...(request.tools.length > 0 ? { tools: request.tools.map(toTool) } : {}),
    // A grammar forbids the marks of a call: never both.
    ...(request.responseSchema && request.tools.length === 0 ? { format: request.responseSchema } : {}),
    ...(request.think === undefined ? {} : { think: request.think }),
    ...(keepAlive === undefined ? {} : { keep_alive: keepAlive }),
    stream: true,
    truncate: false,
    shift: false,
    options: { num_ctx: request.windowTokens, num_predict: request.maxOutputTokens },
  };
}

function toMessage(message: ChatMessage): Message {
  switch (message.role) {
    case "system":
    case "user":
      return { role: message.role, content: message.content };
    case "assistant":
      return message.toolCalls.length === 0
        ? { role: "assistant", content: message.content }
        : { role: "assistant", content: message.content, tool_calls: message.toolCalls.map(toCall) };
    case "tool": {
      // Templates use the name, native servers the id: both go out.
      const wire: Message & { tool_call_id: string } = {
        role: "tool",
        content: message.content,
        tool_name: message.toolName,
        tool_call_id: message.toolCallId,
      };
      return wire;
    }
  }
}

function toCall(call: RawToolCall): { id: string; function: { name: string; arguments: Record<string, unknown> } } {
  // A string here is refused for ever, so a call that came broken is sent back empty; its observation says what was wrong.
  return { id: call.id, function: { name: call.name, arguments: isRecord(call.arguments) ? call.arguments : {} } };
}

function toTool(tool: ToolSchema): Tool {
  return {
    type: "function",
    function: { name: tool.name, description: tool.description, parameters: tool.parameters },
  };
}
