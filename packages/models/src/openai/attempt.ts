// One answer as it comes: text to the collector, pieces of calls put together, the end believed only as far as it can be. Servers lie about
// the reason of the end: "stop" with calls, "tool_calls" with none or with one that was cut; so the reason counts for "length" alone.
import type { ChatDelta, ChatRequest } from "@outpost/core";
import type { Response } from "undici";
import { createReplyCollector, type ReplyCollector } from "../reply/reply-collector.ts";
import type { ReplyPiece } from "../reply/reply-piece.ts";
import { isRecord } from "../reply/scan-json.ts";
import { createToolIndex } from "../reply/understand-call.ts";
import type { Exchange } from "../wire/exchange.ts";
import { createCallDeltas } from "./call-deltas.ts";
import type { CompletionChunk } from "./chunk.ts";
import { readCompletion } from "./read-completion.ts";

export interface Attempt {
  readonly collector: ReplyCollector;
  /** Ends when the server says that it is done; throws when nothing at all came. */
  receive(response: Response, idleTimeoutMs: number, redact: (text: string) => string): AsyncGenerator<ChatDelta, void>;
  /** A whole answer as text. */
  addText(text: string): void;
  /** Hands over the calls that came so far. `isWhole`: the server had finished. */
  takeCalls(isWhole: boolean): void;
}

const nothing: ReplyPiece = {
  content: "",
  thinking: "",
  calls: [],
  done: false,
  doneReason: undefined,
  promptTokens: null,
  outputTokens: null,
};

export function startAttempt(request: ChatRequest, exchange: Exchange): Attempt {
  const collector = createReplyCollector(request);
  const tools = createToolIndex(request.tools);
  const calls = createCallDeltas((name) => tools.find(name)?.name === name);
  let finishReason: string | undefined;
  let outputTokens = 0;

  const add = (piece: Partial<ReplyPiece>) => collector.add({ ...nothing, ...piece }, exchange.elapsedMs);

  function addChunk(chunk: CompletionChunk): ChatDelta[] {
    for (const call of chunk.calls) calls.push(call);
    finishReason = chunk.finishReason ?? finishReason;
    outputTokens = chunk.outputTokens ?? outputTokens;
    const { content, thinking, promptTokens, outputTokens: written } = chunk;
    // The first chunk often says who speaks and nothing else: that is no piece of the answer.
    const isEmpty = content === "" && thinking === "" && chunk.calls.length === 0;
    return isEmpty && promptTokens === null && written === null
      ? []
      : add({ content, thinking, promptTokens, outputTokens: written });
  }

  function finish(): void {
    const taken = calls.take(true);
    const isBroken = taken.some((call) => !isRecord(call.arguments));
    const ranOut = finishReason === "length" || (isBroken && outputTokens >= request.maxOutputTokens);
    add({ calls: taken, done: true, doneReason: ranOut ? "length" : "stop" });
  }

  return {
    collector,
    async *receive(response, idleTimeoutMs, redact) {
      for await (const chunk of readCompletion(response, redact)) {
        exchange.extend(idleTimeoutMs);
        yield* addChunk(chunk);
      }
      if (finishReason !== undefined) finish();
      else if (collector.started || !calls.isEmpty) this.takeCalls(false);
      else throw new Error("it ended its answer before it had begun");
    },
    addText(text) {
      add({ content: text, done: true, doneReason: "stop" });
    },
    takeCalls(isWhole) {
      if (!calls.isEmpty) add({ calls: calls.take(isWhole) });
    },
  };
}
