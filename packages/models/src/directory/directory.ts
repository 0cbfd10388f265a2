// Finds chat models by name: the built-in `rules`, those of one Ollama, and those of one OpenAI-compatible server where one is configured.
// Knows the servers' addresses and limits; chooses nothing but the default. Invariant: there is always a model, because `rules` needs no server.
import type { ChatModel, ModelDirectory } from "@outpost/core";
import { isOutpostError, type ModelProfile } from "@outpost/protocol";
import { createOllamaCatalog, type OllamaCatalog } from "../ollama/catalog.ts";
import { createOllamaModelOn, type OllamaModelOptions } from "../ollama/model.ts";
import { type OllamaModelInfo, toProfile } from "../ollama/profile.ts";
import { createOllamaTransport } from "../ollama/transport.ts";
import { createRulesModel } from "../rules/model.ts";
import { chooseDefault } from "./choose-default.ts";
import { createOpenAiServer, type OpenAiServer } from "./openai-server.ts";

export interface ModelDirectoryOptions extends Omit<OllamaModelOptions, "baseUrl" | "name"> {
  ollamaBaseUrl: string;
  /** An OpenAI-compatible server; absent: none. */
  openAi?: { baseUrl: string; apiKey?: string };
  /** The name that stands for "the default"; absent: the best that is there. */
  defaultModel?: string;
  /** How long a server may take to say what it has, when nobody asked for it by name. Default 1,000. */
  probeTimeoutMs?: number;
}

const defaultProbeMs = 1000;
/** More are not looked at one by one; a server that lists capabilities needs no look. */
const maxLookedAt = 40;
const maxListed = 200;

export function createModelDirectory(options: ModelDirectoryOptions): ModelDirectory {
  const transport = createOllamaTransport(options.ollamaBaseUrl);
  const catalog = createOllamaCatalog(transport);
  const probeMs = options.probeTimeoutMs ?? defaultProbeMs;
  const rules = createRulesModel({ ollamaAddress: transport.address });
  const ollamaModel = (name: string) => createOllamaModelOn(transport, catalog, { ...options, name });
  const { openAi, ...limits } = options;
  const other = openAi ? createOpenAiServer({ ...limits, ...openAi }, probeMs) : undefined;

  async function openDefault(signal: AbortSignal): Promise<ChatModel> {
    const ollama = await findDefault(catalog, signal, probeMs);
    if (ollama !== undefined) return ollamaModel(ollama);
    return (await other?.openDefault(signal)) ?? rules;
  }

  async function openOllama(name: string, signal: AbortSignal): Promise<ChatModel> {
    const model = ollamaModel(name);
    await model.describe(signal);
    return model;
  }

  /** A name without its server: an Ollama's first. */
  async function openAnywhere(name: string, signal: AbortSignal): Promise<ChatModel> {
    try {
      return await openOllama(name, signal);
    } catch (error) {
      signal.throwIfAborted();
      const found = await findElsewhere(other, name, signal);
      if (found) return found;
      throw error;
    }
  }

  return {
    async open(name, signal) {
      signal.throwIfAborted();
      const wanted = (name ?? options.defaultModel ?? "").trim();
      if (wanted === "") return openDefault(signal);
      if (wanted === "rules" || wanted === "rules/rules") return rules;
      if (wanted.startsWith("ollama/")) return openOllama(wanted.slice("ollama/".length), signal);
      if (other && wanted.startsWith("openai/")) return other.open(wanted.slice("openai/".length), signal);
      return openAnywhere(wanted, signal);
    },
    async list(signal) {
      const [models, others] = await Promise.all([
        listCapable(catalog, signal, probeMs).catch(() => []),
        other?.list(signal) ?? [],
      ]);
      const profiles = models
        .filter((model) => model.capabilities?.includes("completion") ?? true)
        .map((model) => toProfile(model, options.windowTokens));
      const own: ModelProfile = rules.profile;
      return [...profiles.slice(0, maxListed), ...others.slice(0, maxListed), own];
    },
  };
}

async function findElsewhere(
  server: OpenAiServer | undefined,
  name: string,
  signal: AbortSignal,
): Promise<ChatModel | undefined> {
  try {
    return await server?.open(name, signal);
  } catch (error) {
    signal.throwIfAborted();
    if (isOutpostError(error)) return undefined;
    throw error;
  }
}

/** The name of an Ollama's best model; undefined when it has none, or does not answer. */
async function findDefault(catalog: OllamaCatalog, signal: AbortSignal, probeMs: number): Promise<string | undefined> {
  try {
    const models = await listCapable(catalog, signal, probeMs);
    const loaded = await catalog.loaded(signal, probeMs).catch(() => []);
    return chooseDefault(models, new Set(loaded))?.name;
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}

/** Every model with what it can do; older servers do not say so in their list and are asked for each model. */
async function listCapable(catalog: OllamaCatalog, signal: AbortSignal, timeoutMs: number): Promise<OllamaModelInfo[]> {
  const models = await catalog.list(signal, timeoutMs);
  const lookedAt = models.slice(0, maxLookedAt).map(async (model): Promise<OllamaModelInfo> => {
    if (model.capabilities && model.contextLength !== undefined) return model;
    const shown = await catalog.show(model.name, signal, timeoutMs).catch(() => undefined);
    if (!shown) return model;
    return {
      ...model,
      capabilities: model.capabilities ?? shown.capabilities,
      contextLength: model.contextLength ?? shown.contextLength,
      parameters: model.parameters ?? shown.parameters,
    };
  });
  return [...(await Promise.all(lookedAt)), ...models.slice(maxLookedAt)];
}
