// Finds chat models by name: the built-in `rules`, and those of one Ollama. Knows the servers' addresses and limits; chooses nothing but
// the default. Invariant: there is always a model, because `rules` needs no server.
import type { ChatModel, ModelDirectory } from "@outpost/core";
import type { ModelProfile } from "@outpost/protocol";
import { createOllamaCatalog, type OllamaCatalog } from "../ollama/catalog.ts";
import { createOllamaModelOn, type OllamaModelOptions } from "../ollama/model.ts";
import { type OllamaModelInfo, toProfile } from "../ollama/profile.ts";
import { createOllamaTransport } from "../ollama/transport.ts";
import { createRulesModel } from "../rules/model.ts";
import { chooseDefault } from "./choose-default.ts";

export interface ModelDirectoryOptions extends Omit<OllamaModelOptions, "baseUrl" | "name"> {
  ollamaBaseUrl: string;
  /** The name that stands for "the default"; absent: the best that is there. */
  defaultModel?: string;
  /** How long an Ollama may take to say what it has, when nobody asked for it by name. Default 1,000. */
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

  async function openDefault(signal: AbortSignal): Promise<ChatModel> {
    try {
      const models = await listCapable(catalog, signal, probeMs);
      const loaded = await catalog.loaded(signal, probeMs).catch(() => []);
      const chosen = chooseDefault(models, new Set(loaded));
      return chosen ? ollamaModel(chosen.name) : rules;
    } catch {
      signal.throwIfAborted();
      return rules;
    }
  }

  return {
    async open(name, signal) {
      signal.throwIfAborted();
      const wanted = (name ?? options.defaultModel ?? "").trim();
      if (wanted === "") return openDefault(signal);
      if (wanted === "rules" || wanted === "rules/rules") return rules;
      const model = ollamaModel(wanted.replace(/^ollama\//, ""));
      await model.describe(signal);
      return model;
    },
    async list(signal) {
      const models = await listCapable(catalog, signal, probeMs).catch(() => []);
      const profiles = models
        .filter((model) => model.capabilities?.includes("completion") ?? true)
        .map((model) => toProfile(model, options.windowTokens));
      const own: ModelProfile = rules.profile;
      return [...profiles.slice(0, maxListed), own];
    },
  };
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
