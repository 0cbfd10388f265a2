// Collects the pieces of one answer into a ModelReply. Knows no server's wire. Invariants: calls are read from every piece, the last one
// included; every call has an id, the same one when the same answer comes to the same conversation again; a call that was understood
// fits its tool's schema, and any other is as it came, for the tool to refuse.
import type { ChatDelta, ChatRequest } from "@outpost/core";
import type { ModelReply, RawToolCall } from "@outpost/protocol";
import { readPrintedCalls, readWireCall } from "./read-reply.ts";
import type { PieceCall, ReplyPiece } from "./reply-piece.ts";
import { createThinkingSplitter, separateHeadlessThinking } from "./thinking.ts";
import { createToolIndex } from "./understand-call.ts";

export interface ReplyCollector {
  /** Whether anything came that a person or the loop could use. */
  readonly started: boolean;
  add(piece: ReplyPiece, elapsedMs: number): ChatDelta[];
  /** Pieces held back until the end of the stream. */
  end(): ChatDelta[];
  reply(totalMs: number): ModelReply;
}

export function createReplyCollector(request: ChatRequest): ReplyCollector {
  const splitter = createThinkingSplitter();
  const calls: PieceCall[] = [];
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
    add(piece, elapsedMs) {
      firstTokenMs ??= elapsedMs;
      if (piece.content !== "" || piece.thinking !== "" || piece.calls.length > 0 || piece.done) started = true;
      calls.push(...piece.calls);
      if (piece.done) finishReason = piece.doneReason === "length" ? "length" : "stop";
      promptTokens = piece.promptTokens ?? promptTokens;
      outputTokens = piece.outputTokens ?? outputTokens;
      const thought: ChatDelta[] = piece.thinking === "" ? [] : [{ kind: "thinking", text: piece.thinking }];
      return keep([...thought, ...splitter.push(piece.content)]);
    },
    end: () => keep(splitter.end()),
    reply(totalMs) {
      const usage = { promptTokens, outputTokens, firstTokenMs, totalMs };
      if (calls.length > 0) {
        const headless = thinking === "" ? separateHeadlessThinking(content) : { thinking, content };
        return { ...headless, toolCalls: withIds(understandAll(calls, request), request), finishReason, usage };
      }
      const printed = readPrinted(content, finishReason !== "stop", request);
      const headless =
        thinking === "" ? separateHeadlessThinking(printed.content) : { thinking, content: printed.content };
      // A reply that ends in the middle of a call did not come to its end, whatever the server says.
      const reason = printed.isBrokenOff && printed.calls.length === 0 ? "cut" : finishReason;
      return {
        ...headless,
        toolCalls: withIds(printed.calls, request),
        finishReason: finishReason === "stop" ? reason : finishReason,
        usage,
      };
    },
  };
}

function understandAll(calls: readonly PieceCall[], request: ChatRequest): PieceCall[] {
  const tools = createToolIndex(request.tools);
  return calls.map((call) => {
    const result = readWireCall(call, tools);
    return result.call ? { id: call.id, ...result.call } : call;
  });
}

/** Refused calls that are whole go on as they are: their tools say what is wrong with them, and show how it is done. */
function readPrinted(
  text: string,
  isCut: boolean,
  request: ChatRequest,
): { calls: PieceCall[]; content: string; isBrokenOff: boolean } {
  const { calls, refused, content, isBrokenOff } = readPrintedCalls({ text, isCut }, request.tools);
  const all = [...calls, ...refused.flatMap(({ call }) => (call ? [call] : []))];
  return { calls: all.map((call) => ({ id: undefined, ...call })), content, isBrokenOff };
}

/** Missing and repeated ids become `call_<n>`, counting on from the highest n of the conversation. */
function withIds(calls: readonly PieceCall[], request: ChatRequest): RawToolCall[] {
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
