// The questions that are asked of an Ollama besides chatting: which models it has, what one can do, which are loaded. Each with a time
// limit. Rejects with `unavailable` or `not_found`; knows nothing of which model is best.
import { OutpostError } from "@outpost/protocol";
import { isRecord } from "../reply/scan-json.ts";
import { openExchange, slowError } from "../wire/exchange.ts";
import { failureError, notFound, unreachable } from "./errors.ts";
import { type OllamaModelInfo, parseLoaded, parseShow, parseTags } from "./profile.ts";
import { type OllamaTransport, ServerRefusal } from "./transport.ts";

type Client = ReturnType<OllamaTransport["client"]>;

export interface OllamaCatalog {
  list(signal: AbortSignal, timeoutMs: number): Promise<OllamaModelInfo[]>;
  /** The models that are in memory, with the window that is really allocated; undefined: an older server does not say. */
  loaded(signal: AbortSignal, timeoutMs: number): Promise<{ name: string; windowTokens: number | undefined }[]>;
  /** Rejects with `not_found` naming the models there are. */
  show(name: string, signal: AbortSignal, timeoutMs: number): Promise<OllamaModelInfo>;
}

export function createOllamaCatalog(transport: OllamaTransport): OllamaCatalog {
  async function ask<Value>(
    question: (client: Client) => Promise<Value>,
    signal: AbortSignal,
    timeoutMs: number,
    name = "",
  ): Promise<Value> {
    signal.throwIfAborted();
    const exchange = openExchange(signal, timeoutMs);
    try {
      return await question(transport.client(exchange.signal));
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      if (error instanceof ServerRefusal)
        throw failureError({ status: error.status, text: error.message }, transport.address, name, error);
      if (exchange.timedOut) throw slowError(`ollama at ${transport.address}`, timeoutMs);
      throw unreachable(transport.address, error);
    } finally {
      exchange.close();
    }
  }

  const list: OllamaCatalog["list"] = async (signal, timeoutMs) =>
    parseTags(await ask((client) => client.list(), signal, timeoutMs));

  return {
    list,
    async loaded(signal, timeoutMs) {
      return parseLoaded(await ask((client) => client.ps(), signal, timeoutMs));
    },
    async show(name, signal, timeoutMs) {
      try {
        const reply: unknown = await ask((client) => client.show({ model: name }), signal, timeoutMs, name);
        if (isRecord(reply)) return parseShow(name, reply);
        throw new OutpostError("unavailable", `what answers at ${transport.address} is no ollama`);
      } catch (error) {
        throw await namingModels(error, name, transport, list, signal, timeoutMs);
      }
    },
  };
}

/** A `not_found` with the names of the models there are; any other error as it is. */
export async function namingModels(
  error: unknown,
  name: string,
  transport: OllamaTransport,
  list: OllamaCatalog["list"],
  signal: AbortSignal,
  timeoutMs: number,
): Promise<unknown> {
  if (!(error instanceof OutpostError) || error.code !== "not_found") return error;
  try {
    const models = await list(signal, timeoutMs);
    return notFound(
      "",
      name,
      transport.address,
      models.map((model) => model.name),
      error,
    );
  } catch {
    return error;
  }
}
