// What an OpenAI-compatible server says of its models: /v1/models, and where that leaves the window out, llama.cpp's /props and LM Studio's
// own list. Parses unknown replies; knows nothing of chats. Each question has a time limit.
import { OutpostError } from "@outpost/protocol";
import { text } from "../reply/reply-piece.ts";
import { isRecord } from "../reply/scan-json.ts";
import { openExchange, slowError } from "../wire/exchange.ts";
import { failureError, notFound, unreachable } from "./errors.ts";
import { type OpenAiTransport, ServerRefusal } from "./transport.ts";

export interface ServedModel {
  name: string;
  /** The window that the server gives to one request; undefined: it does not say. */
  windowTokens: number | undefined;
  /** What the model was trained for: no request gets more. */
  trainedTokens: number | undefined;
  canCallTools: boolean;
  canThink: boolean;
  /** Undefined: the server does not say. */
  isLoaded: boolean | undefined;
}

export interface OpenAiCatalog {
  /** Models that can chat. Rejects with `unavailable` or what the refusal means. */
  list(signal: AbortSignal, timeoutMs: number): Promise<ServedModel[]>;
  /** One of them, with its window where it can be found out. Rejects with `not_found` naming those there are. */
  find(name: string, signal: AbortSignal, timeoutMs: number): Promise<ServedModel>;
}

const otherKinds =
  /(?:^|[-_/])(?:text-)?(?:embed\w*|rerank\w*|whisper|tts|dall-e|moderation|clip)(?:[-_./]|$)|bge-|e5-/i;
const maxListed = 500;

export function createOpenAiCatalog(transport: OpenAiTransport): OpenAiCatalog {
  async function ask(path: string, model: string, signal: AbortSignal, timeoutMs: number): Promise<unknown> {
    signal.throwIfAborted();
    const exchange = openExchange(signal, timeoutMs);
    try {
      return await transport.lookUp(path, exchange.signal);
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      const { address } = transport;
      if (error instanceof ServerRefusal) throw failureError(error, { address, model }, error);
      if (!exchange.timedOut) throw unreachable(address, error);
      throw slowError(`the model server at ${address}`, timeoutMs);
    } finally {
      exchange.close();
    }
  }

  const list: OpenAiCatalog["list"] = async (signal, timeoutMs) =>
    parseModels(await ask("/models", "", signal, timeoutMs));

  /** What the list leaves out. A server that has no such address knows nothing more. */
  async function lookCloser(model: ServedModel, signal: AbortSignal, timeoutMs: number): Promise<ServedModel> {
    const props = parseProps(await ask("root:/props", "", signal, timeoutMs).catch(() => undefined));
    if (props) return { ...model, ...props };
    const other = parseModels(await ask("root:/api/v0/models", "", signal, timeoutMs).catch(() => undefined));
    return other.find(({ name }) => name === model.name) ?? model;
  }

  return {
    list,
    async find(name, signal, timeoutMs) {
      const models = await list(signal, timeoutMs).catch((error: unknown) => {
        // Some gateways chat and list nothing.
        if (error instanceof OutpostError && error.code === "not_found") return undefined;
        throw error;
      });
      const found = models ? findByName(models, name) : unlisted(name);
      if (!found) {
        const names = (models ?? []).map((model) => model.name);
        throw notFound("", { address: transport.address, model: name }, names);
      }
      return found.windowTokens === undefined ? lookCloser(found, signal, timeoutMs) : found;
    },
  };
}

function findByName(models: readonly ServedModel[], name: string): ServedModel | undefined {
  const exact = models.find((model) => model.name === name);
  return exact ?? models.find((model) => model.name.toLowerCase() === name.toLowerCase());
}

function unlisted(name: string): ServedModel {
  const unknown = { windowTokens: undefined, trainedTokens: undefined, isLoaded: undefined };
  return { name, ...unknown, canCallTools: true, canThink: false };
}

export function parseModels(value: unknown): ServedModel[] {
  const entries = isRecord(value) && Array.isArray(value["data"]) ? value["data"].slice(0, maxListed) : [];
  return entries.filter(isRecord).flatMap((entry) => {
    const name = text(entry["id"]);
    const kind = text(entry["type"]);
    const isOther = kind === "embeddings" || kind === "embedding" || (name !== undefined && otherKinds.test(name));
    return name === undefined || name === "" || isOther ? [] : [parseModel(name, entry)];
  });
}

function parseModel(name: string, entry: Record<string, unknown>): ServedModel {
  const meta = isRecord(entry["meta"]) ? entry["meta"] : {};
  const state = text(entry["state"]);
  const window = ["max_model_len", "loaded_context_length", "context_length", "context_window", "max_context_length"];
  const found = [...window.map((key) => positive(entry[key])), positive(meta["n_ctx"])];
  const abilities = Array.isArray(entry["capabilities"]) ? entry["capabilities"] : undefined;
  return {
    name,
    windowTokens: found.find((tokens) => tokens !== undefined),
    trainedTokens: positive(meta["n_ctx_train"]),
    canCallTools: abilities ? abilities.some((ability) => /tool|function/.test(String(ability))) : true,
    canThink: abilities?.some((ability) => /think|reason/.test(String(ability))) ?? false,
    isLoaded: state === undefined ? undefined : state === "loaded",
  };
}

/** llama.cpp: the window of one slot, and what the template can do. */
export function parseProps(
  value: unknown,
): Pick<ServedModel, "windowTokens" | "canCallTools" | "canThink"> | undefined {
  const props = isRecord(value) ? value : {};
  const settings = isRecord(props["default_generation_settings"]) ? props["default_generation_settings"] : {};
  const windowTokens = positive(settings["n_ctx"]) ?? positive(props["n_ctx"]);
  if (windowTokens === undefined) return undefined;
  const abilities = isRecord(props["chat_template_caps"]) ? props["chat_template_caps"] : {};
  return {
    windowTokens,
    canCallTools: abilities["supports_tools"] !== false && abilities["supports_tool_calls"] !== false,
    canThink: /<think>|reasoning_content|enable_thinking/.test(text(props["chat_template"]) ?? ""),
  };
}

function positive(value: unknown): number | undefined {
  return typeof value === "number" && Number.isInteger(value) && value > 0 ? value : undefined;
}
