// Collects the chunks of one answer into a ModelReply. Knows nothing of HTTP. Invariants: calls are read from every chunk, the last one
// included; every call has an id, the same one when the same answer comes to the same conversation again.
import type { ChatDelta, ChatRequest } from "@outpost/core";
import type { ModelReply, RawToolCall } from "@outpost/protocol";
import { parseTextCalls } from "../reply/text-calls.ts";
import { createThinkingSplitter, separateHeadlessThinking } from "../reply/thinking.ts";
import type { ChatChunk, ChunkCall } from "./chunk.ts";

export interface ReplyCollector {
  /** Whether anything came that a person or the loop could use. */
  readonly started: boolean;
  add(chunk: ChatChunk, elapsedMs: number): ChatDelta[];
  /** Pieces held back until the end of the stream. */
  end(): ChatDelta[];
  reply(totalMs: number): ModelReply;
}

export function createReplyCollector(request: ChatRequest): ReplyCollector {
  const splitter = createThinkingSplitter();
  const toolNames = new Set(request.tools.map((tool) => tool.name));
  const calls: ChunkCall[] = [];
  let content = "";
  let thinking = "";
  let started = false;
  let finishReason: ModelReply["finishReason"] = "cut";
  let promptTokens: number | null = null;
  let outputTokens: number | null = null;
  let firstTokenMs: number | null = null;

  function keep(deltas: ChatDelta[]): ChatDelta[] {
    for (const delta of deltas) {
      if (delta.kind === "thinking") thinking += delta.text;
      else content += delta.text;
    }
    return deltas;
  }

  return {
    get started() {
      return started;
    },
    add(chunk, elapsedMs) {
      firstTokenMs ??= elapsedMs;
      if (chunk.content !== "" || chunk.thinking !== "" || chunk.calls.length > 0 || chunk.done) started = true;
      calls.push(...chunk.calls);
      if (chunk.done) {
        finishReason = chunk.doneReason === "length" ? "length" : "stop";
        promptTokens = chunk.promptTokens;
        outputTokens = chunk.outputTokens;
      }
      const thought: ChatDelta[] = chunk.thinking === "" ? [] : [{ kind: "thinking", text: chunk.thinking }];
      return keep([...thought, ...splitter.push(chunk.content)]);
    },
    end: () => keep(splitter.end()),
    reply(totalMs) {
      const headless = thinking === "" ? separateHeadlessThinking(content) : { thinking, content };
      const printed =
        calls.length === 0 ? parseTextCalls(headless.content, toolNames) : { calls: [], content: headless.content };
      const usable = calls.length === 0 ? printed.calls.map((call) => ({ ...call, id: undefined })) : calls;
      return {
        content: printed.content,
        thinking: headless.thinking,
        toolCalls: withIds(usable, request),
        finishReason,
        usage: { promptTokens, outputTokens, firstTokenMs, totalMs },
      };
    },
  };
}

/** Missing and repeated ids become `call_<n>`, counting on from the highest n of the conversation. */
function withIds(calls: readonly ChunkCall[], request: ChatRequest): RawToolCall[] {
  const taken = new Set<string>();
  let last = highestNumber(request);
  return calls.map((call) => {
    let id = call.id;
    if (id === undefined || taken.has(id)) {
      last++;
      id = `call_${last}`;
    }
    taken.add(id);
    return { id, name: call.name, arguments: call.arguments };
  });
}

function highestNumber(request: ChatRequest): number {
  const ids = request.messages.flatMap((message) =>
    message.role === "assistant" ? message.toolCalls.map((call) => call.id) : [],
  );
  return Math.max(0, ...ids.map((id) => Number(/^call_(\d{1,9})$/.exec(id)?.[1] ?? 0)));
}
