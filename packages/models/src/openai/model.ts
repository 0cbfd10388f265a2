// A chat model of an OpenAI-compatible server: llama.cpp, vLLM, LM Studio and others, over POST /chat/completions with a stream of events.
// Knows how they differ (chunk.ts, call-deltas.ts, errors.ts) and nothing of tasks or budgets. The window is the server's own: a request
// cannot ask for one. Invariant: a call is handed on only when the stream has ended.
import type { ChatDelta, ChatModel, ChatRequest } from "@outpost/core";
import { isOutpostError, type ModelProfile, type ModelReply, OutpostError } from "@outpost/protocol";
import type { Response } from "undici";
import { defaultLookupMs, type Exchange, openExchange } from "../wire/exchange.ts";
import { looksTruncated } from "../wire/truncation.ts";
import { startAttempt } from "./attempt.ts";
import { createOpenAiCatalog, type OpenAiCatalog, type ServedModel } from "./catalog.ts";
import { failureError, notFound, unparsedText, unreachable } from "./errors.ts";
import { commonDialect, type Dialect, learnDialect, toCompletionRequest } from "./request.ts";
import { createOpenAiTransport, type OpenAiTransport, ServerRefusal } from "./transport.ts";

export interface OpenAiModelOptions {
  /** With or without /v1. */
  baseUrl: string;
  /** What its server is called. Default "openai". */
  provider?: string;
  name: string;
  apiKey?: string;
  /** At most this; the server's own window bounds it. Default 16,384 where the server does not say, else its own. */
  windowTokens?: number;
  /** Prompt evaluation happens before the first byte: minutes on a CPU. Default 600,000. */
  firstTokenTimeoutMs?: number;
  /** Some servers hold a tool call back until it is whole, so a long one is silence too. Default 600,000. */
  idleTimeoutMs?: number;
  /** For the questions that need no model. Default 10,000. */
  lookupTimeoutMs?: number;
}

const defaultWindowTokens = 16_384;
const defaultWaitMs = 600_000;
const maxDialects = 4;

export function createOpenAiModel(options: OpenAiModelOptions): ChatModel {
  const transport = createOpenAiTransport(options.baseUrl, options.apiKey);
  return createOpenAiModelOn(transport, createOpenAiCatalog(transport), options);
}

/** The same, sharing one server's connection pool with other models. */
export function createOpenAiModelOn(
  transport: OpenAiTransport,
  catalog: OpenAiCatalog,
  options: Omit<OpenAiModelOptions, "baseUrl" | "apiKey">,
): ChatModel {
  const { name, provider = "openai", firstTokenTimeoutMs = defaultWaitMs, idleTimeoutMs = defaultWaitMs } = options;
  const lookupMs = options.lookupTimeoutMs ?? defaultLookupMs;
  let dialect = commonDialect;

  async function* chat(request: ChatRequest, signal: AbortSignal): AsyncGenerator<ChatDelta, ModelReply> {
    signal.throwIfAborted();
    const exchange = openExchange(signal, firstTokenTimeoutMs);
    const attempt = startAttempt(request, exchange);
    try {
      const learn = (learned: Dialect) => {
        dialect = learned;
      };
      const posting = { transport, name, request, signal: exchange.signal, dialect, learn };
      yield* attempt.receive(await postInDialect(posting), idleTimeoutMs, transport.redact);
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      const recovered = recover(error, request, exchange);
      if (recovered) return recovered;
      // What came before the end is worth more than an error; a refusal has no "before".
      attempt.takeCalls(false);
      if (!attempt.collector.started) {
        const failure = explain(error, exchange, { address: transport.address, model: name, firstTokenTimeoutMs });
        throw await namingModels(failure, { address: transport.address, model: name }, catalog, signal, lookupMs);
      }
    } finally {
      exchange.close();
    }
    yield* attempt.collector.end();
    const reply = attempt.collector.reply(exchange.elapsedMs);
    const { promptTokens } = reply.usage;
    if (looksTruncated(request, promptTokens))
      throw failureError(
        { status: 200, text: `maximum context length: it cut the prompt silently to ${promptTokens} tokens` },
        { address: transport.address, model: name },
      );
    return reply;
  }

  return {
    provider,
    name,
    async describe(signal) {
      return { ...toProfile(await catalog.find(name, signal, lookupMs), options.windowTokens), provider };
    },
    chat,
  };
}

export function toProfile(model: ServedModel, windowTokens: number | undefined): ModelProfile {
  const asked = model.windowTokens ?? windowTokens ?? defaultWindowTokens;
  return {
    provider: "openai",
    name: model.name,
    windowTokens: Math.min(asked, windowTokens ?? asked, model.trainedTokens ?? asked),
    canCallTools: model.canCallTools,
    canThink: model.canThink,
  };
}

interface Posting {
  transport: OpenAiTransport;
  name: string;
  request: ChatRequest;
  signal: AbortSignal;
  dialect: Dialect;
  learn(dialect: Dialect): void;
}

/** Asks again, at once, when the server refuses a field that can be left out or called otherwise. */
async function postInDialect(posting: Posting): Promise<Response> {
  let { dialect } = posting;
  for (let left = maxDialects; ; left--) {
    try {
      const body = toCompletionRequest(posting.name, posting.request, dialect);
      return await posting.transport.post("/chat/completions", body, posting.signal);
    } catch (error) {
      const isAboutForm = error instanceof ServerRefusal && (error.status === 400 || error.status === 422) && left > 0;
      const learned = isAboutForm ? learnDialect(dialect, error.text) : undefined;
      if (!learned) throw error;
      dialect = learned;
      posting.learn(learned);
    }
  }
}

/** The reply in the text that the server could not parse, when there is a call in it. */
function recover(error: unknown, request: ChatRequest, exchange: Exchange): ModelReply | undefined {
  const text = error instanceof ServerRefusal ? unparsedText(error.text) : undefined;
  if (text === undefined) return undefined;
  const attempt = startAttempt(request, exchange);
  attempt.addText(text);
  attempt.collector.end();
  const reply = attempt.collector.reply(exchange.elapsedMs);
  return reply.toolCalls.length > 0 ? reply : undefined;
}

function explain(
  error: unknown,
  exchange: Exchange,
  about: { address: string; model: string; firstTokenTimeoutMs: number },
): OutpostError {
  if (isOutpostError(error)) return error;
  if (exchange.timedOut)
    return new OutpostError(
      "timeout",
      `nothing came from model "${about.model}" at ${about.address} within ${about.firstTokenTimeoutMs} ms; raise the limit, or choose a smaller model`,
      { retryable: true },
    );
  if (error instanceof ServerRefusal) return failureError(error, about, error);
  return unreachable(about.address, error);
}

/** A `not_found` with the names of the models there are; any other error as it is. */
async function namingModels(
  error: OutpostError,
  server: { address: string; model: string },
  catalog: OpenAiCatalog,
  signal: AbortSignal,
  timeoutMs: number,
): Promise<OutpostError> {
  if (error.code !== "not_found" || !error.message.startsWith("no model")) return error;
  const models = await catalog.list(signal, timeoutMs).catch(() => []);
  return notFound(
    "",
    server,
    models.map((model) => model.name),
    error,
  );
}
