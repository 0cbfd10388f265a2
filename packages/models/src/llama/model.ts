// A GGUF file as a chat model. Calls are held to a grammar of the tools that were given, so that they always parse; what thinking there is
// goes with it. Invariant: a prompt that is over the window is refused; llama.cpp would cut it without a word.
import { randomUUID } from "node:crypto";
import type { ChatDelta, ChatModel, ChatRequest } from "@outpost/core";
import { isOutpostError, type ModelProfile, type ModelReply, OutpostError } from "@outpost/protocol";
import { openExchange } from "../wire/exchange.ts";
import { composeCallGrammar, composeSchemaGrammar } from "./grammar.ts";
import type { LlamaResult } from "./messages.ts";
import type { LlamaProcess } from "./process.ts";
import { readCall, toTurns } from "./turns.ts";

export interface LlamaModelOptions {
  profile: ModelProfile;
  process: LlamaProcess;
  firstTokenTimeoutMs: number;
  idleTimeoutMs: number;
}

export function createLlamaModel(options: LlamaModelOptions): ChatModel {
  const { profile, process } = options;
  const { provider, name } = profile;

  async function* chat(request: ChatRequest, signal: AbortSignal): AsyncGenerator<ChatDelta, ModelReply> {
    signal.throwIfAborted();
    const exchange = openExchange(signal, options.firstTokenTimeoutMs);
    const pieces = createQueue<ChatDelta>();
    let firstTokenMs: number | null = null;
    const heard = { content: "", thinking: "" };
    const grammar = grammarOf(request);
    const isCall = request.tools.length > 0;
    try {
      const order = {
        ...{ turns: toTurns(request), maxTokens: request.maxOutputTokens },
        ...(grammar === undefined ? {} : { grammar }),
      };
      const asked = process.ask(order, {
        signal: exchange.signal,
        onPiece(kind, text) {
          firstTokenMs ??= exchange.elapsedMs;
          exchange.extend(options.idleTimeoutMs);
          heard[kind] += text;
          // A call is shown when it is whole.
          if (!isCall && text !== "") pieces.push({ kind, text });
        },
      });
      const ended = asked.finally(() => pieces.end());
      ended.catch(() => {});
      yield* pieces.read();
      const result = await ended.catch((error: unknown) => cutShort(error, heard));
      const reply = toReply(result, isCall, { firstTokenMs, totalMs: exchange.elapsedMs });
      if (isCall && reply.content !== "") yield { kind: "content", text: reply.content };
      return reply;
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      if (!exchange.timedOut) throw error;
      throw new OutpostError(
        "timeout",
        `nothing came from model "${name}" within its limit; raise modelFirstTokenTimeoutMs, or choose a smaller model`,
        { retryable: true },
      );
    } finally {
      exchange.close();
    }
  }

  return { provider, name, describe: async () => profile, chat };
}

function grammarOf({ tools, responseSchema }: ChatRequest): string | undefined {
  if (tools.length > 0) return composeCallGrammar(tools);
  return responseSchema && composeSchemaGrammar(responseSchema);
}

type Result = Omit<LlamaResult, "finishReason" | "promptTokens" | "outputTokens"> &
  Pick<ModelReply, "finishReason"> & { promptTokens: number | null; outputTokens: number | null };

/** A process that dies in the middle of an answer is an early end of it. Throws what is none. */
function cutShort(error: unknown, heard: { content: string; thinking: string }): Result {
  const hasDied = isOutpostError(error) && error.code === "unavailable" && error.retryable;
  if (!hasDied || heard.content + heard.thinking === "") throw error;
  const { content: text, thinking } = heard;
  return { text, thinking, finishReason: "cut", promptTokens: null, outputTokens: null };
}

function toReply(result: Result, isCall: boolean, times: { firstTokenMs: number | null; totalMs: number }): ModelReply {
  const { text, thinking, finishReason, promptTokens, outputTokens } = result;
  const said = isCall ? readCall(text, `call_${randomUUID().slice(0, 8)}`) : { content: text, toolCalls: [] };
  return { ...said, thinking, finishReason, usage: { promptTokens, outputTokens, ...times } };
}

interface Queue<Item> {
  push(item: Item): void;
  end(): void;
  read(): AsyncGenerator<Item, void>;
}

function createQueue<Item>(): Queue<Item> {
  const items: Item[] = [];
  let hasEnded = false;
  let wake = () => {};
  return {
    push(item) {
      items.push(item);
      wake();
    },
    end() {
      hasEnded = true;
      wake();
    },
    async *read() {
      for (;;) {
        for (let item = items.shift(); item !== undefined; item = items.shift()) yield item;
        if (hasEnded) return;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}
