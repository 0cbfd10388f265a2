// The models of one OpenAI-compatible server, for the directory: opened by name, listed, and a default only where there is no choice to make.
import type { ChatModel } from "@outpost/core";
import { isOutpostError, type ModelProfile } from "@outpost/protocol";
import { createOpenAiCatalog, type ServedModel } from "../openai/catalog.ts";
import { createOpenAiModelOn, type OpenAiModelOptions, toProfile } from "../openai/model.ts";
import { createOpenAiTransport } from "../openai/transport.ts";

export interface OpenAiServer {
  /** Rejects like `describe`. */
  open(name: string, signal: AbortSignal): Promise<ChatModel>;
  /** The only model, or the only loaded one; undefined when there is none or more, or no answer. */
  openDefault(signal: AbortSignal): Promise<ChatModel | undefined>;
  /** Never rejects. */
  list(signal: AbortSignal): Promise<ModelProfile[]>;
}

/** More are listed as the server lists them, without asking for the window of each. */
const maxLookedAt = 8;

export function createOpenAiServer(options: Omit<OpenAiModelOptions, "name">, probeMs: number): OpenAiServer {
  const transport = createOpenAiTransport(options.baseUrl, options.apiKey);
  const catalog = createOpenAiCatalog(transport);
  const model = (name: string) => createOpenAiModelOn(transport, catalog, { ...options, name });

  async function openNamed(name: string, signal: AbortSignal): Promise<ChatModel> {
    const opened = model(name);
    // As the server spells it: some do not mind the case, and some do.
    const { name: spelled } = await opened.describe(signal);
    return spelled === name ? opened : model(spelled);
  }

  async function listModels(signal: AbortSignal): Promise<ServedModel[]> {
    try {
      return await catalog.list(signal, probeMs);
    } catch {
      return [];
    }
  }

  return {
    async open(name, signal) {
      try {
        return await openNamed(name, signal);
      } catch (error) {
        // "openai/gpt-oss-20b" may be a model's whole name, the maker before the slash.
        if (!isOutpostError(error) || error.code !== "not_found") throw error;
        const full = await openNamed(`openai/${name}`, signal).catch(() => undefined);
        if (full) return full;
        throw error;
      }
    },
    async openDefault(signal) {
      const models = await listModels(signal);
      signal.throwIfAborted();
      const loaded = models.filter((served) => served.isLoaded);
      const [only] = loaded.length > 0 ? loaded : models;
      return only && (loaded.length === 1 || models.length === 1) ? model(only.name) : undefined;
    },
    async list(signal) {
      const models = await listModels(signal);
      const looked = models.slice(0, maxLookedAt).map(async (served) => {
        if (served.windowTokens !== undefined) return served;
        return catalog.find(served.name, signal, probeMs).catch(() => served);
      });
      const all = [...(await Promise.all(looked)), ...models.slice(maxLookedAt)];
      return all.map((served) => toProfile(served, options.windowTokens));
    },
  };
}
