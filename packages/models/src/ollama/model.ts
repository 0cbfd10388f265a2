// A chat model of an Ollama server, over its native /api/chat. Knows the wire's habits (minutes of silence
// before the first byte, calls on any chunk, streams that end without saying so) and nothing of tasks or budgets.
// Invariant: the window that is asked for is the request's, so it stays the same for a whole run and the server never loads twice.
import type { ChatDelta, ChatModel, ChatRequest } from "@outpost/core";
import { isOutpostError, type ModelReply, OutpostError } from "@outpost/protocol";
import { createReplyCollector, type ReplyCollector } from "../reply/reply-collector.ts";
import { defaultLookupMs, type Exchange, openExchange } from "../wire/exchange.ts";
import { looksTruncated } from "../wire/truncation.ts";
import { createOllamaCatalog, namingModels, type OllamaCatalog } from "./catalog.ts";
import { parseChatChunk } from "./chunk.ts";
import { failureError, unreachable, windowError } from "./errors.ts";
import { toProfile } from "./profile.ts";
import { toOllamaRequest } from "./request.ts";
import { createOllamaTransport, type OllamaTransport, ServerRefusal } from "./transport.ts";

export interface OllamaModelOptions {
  baseUrl: string;
  /** What its server is called. Default "ollama". */
  provider?: string;
  name: string;
  /** Asked for at most; the model's trained length bounds it. Default 16,384. */
  windowTokens?: number;
  /** Loading and prompt evaluation happen before the first byte: minutes on a CPU. Default 600,000. */
  firstTokenTimeoutMs?: number;
  /** A tool call is held back until it is whole, so a long one is silence too. Default 600,000. */
  idleTimeoutMs?: number;
  /** For the questions that need no model in memory. Default 10,000. */
  lookupTimeoutMs?: number;
  /** How long the server keeps the model in memory after a call: "10m", "-1" for ever. Absent: as the server has it. */
  keepAlive?: string;
}

const defaultWaitMs = 600_000;

export function createOllamaModel(options: OllamaModelOptions): ChatModel {
  const transport = createOllamaTransport(options.baseUrl);
  return createOllamaModelOn(transport, createOllamaCatalog(transport), options);
}

/** The same, sharing one server's connection pool with other models. */
export function createOllamaModelOn(
  transport: OllamaTransport,
  catalog: OllamaCatalog,
  options: Omit<OllamaModelOptions, "baseUrl">,
): ChatModel {
  const { name, provider = "ollama", firstTokenTimeoutMs = defaultWaitMs, idleTimeoutMs = defaultWaitMs } = options;
  const { keepAlive } = options;
  const lookupMs = options.lookupTimeoutMs ?? defaultLookupMs;

  async function* chat(request: ChatRequest, signal: AbortSignal): AsyncGenerator<ChatDelta, ModelReply> {
    signal.throwIfAborted();
    const exchange = openExchange(signal, firstTokenTimeoutMs);
    const collector = createReplyCollector(request);
    try {
      yield* receive(transport, { name, request, exchange, collector, idleTimeoutMs, keepAlive });
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      // What came before the end is worth more than an error; a refusal has no "before".
      if (!collector.started) {
        const failure = explain(error, exchange, { address: transport.address, name, firstTokenTimeoutMs });
        throw await namingModels(failure, name, transport, catalog.list, signal, lookupMs);
      }
    } finally {
      exchange.close();
    }
    yield* collector.end();
    const reply = collector.reply(exchange.elapsedMs);
    const { promptTokens } = reply.usage;
    if (looksTruncated(request, promptTokens))
      throw windowError(`ollama at ${transport.address} cut it silently to ${promptTokens} tokens`);
    return reply;
  }

  return {
    provider,
    name,
    async describe(signal) {
      return { ...toProfile(await catalog.show(name, signal, lookupMs), options.windowTokens), provider };
    },
    chat,
  };
}

interface Reception {
  name: string;
  request: ChatRequest;
  exchange: Exchange;
  collector: ReplyCollector;
  idleTimeoutMs: number;
  keepAlive: string | undefined;
}

/** Returns when the server says that it is done; rejects with the library's error when the stream ends otherwise. */
async function* receive(transport: OllamaTransport, reception: Reception): AsyncGenerator<ChatDelta, void> {
  const { name, request, exchange, collector, idleTimeoutMs, keepAlive } = reception;
  const stream = await transport.client(exchange.signal).chat(toOllamaRequest(name, request, keepAlive));
  for await (const line of stream) {
    exchange.extend(idleTimeoutMs);
    yield* collector.add(parseChatChunk(line), exchange.elapsedMs);
  }
}

function explain(
  error: unknown,
  exchange: Exchange,
  about: { address: string; name: string; firstTokenTimeoutMs: number },
): OutpostError {
  if (isOutpostError(error)) return error;
  if (exchange.timedOut)
    return new OutpostError(
      "timeout",
      `nothing came from model "${about.name}" at ollama ${about.address} within ${about.firstTokenTimeoutMs} ms; raise the limit, or choose a smaller model`,
      { retryable: true },
    );
  if (error instanceof ServerRefusal)
    return failureError({ status: error.status, text: error.message }, about.address, about.name, error);
  if (error instanceof Error && error.message.startsWith("Did not receive done"))
    return new OutpostError("unavailable", `ollama at ${about.address} ended its answer before it had begun`, {
      retryable: true,
      cause: error,
    });
  // The library gives an error line of the stream as a plain Error with the server's text; what the connection did are TypeErrors.
  if (error instanceof Error && error.constructor === Error)
    return failureError({ status: undefined, text: error.message }, about.address, about.name, error);
  return unreachable(about.address, error);
}
