// One OpenAI-compatible server as a provider: llama.cpp, vLLM, LM Studio and others. A default only where there is no choice to make.
import type { ChatModel, ModelProvider } from "@outpost/core";
import { isOutpostError, OutpostError } from "@outpost/protocol";
import type { ModelAdapter } from "../directory/adapter.ts";
import { createOpenAiCatalog, type ServedModel } from "../openai/catalog.ts";
import { createOpenAiModelOn, toProfile } from "../openai/model.ts";
import { createOpenAiTransport } from "../openai/transport.ts";
import { defaultLookupMs } from "../wire/exchange.ts";

/** More are listed as the server lists them, without asking for the window of each. */
const maxLookedAt = 8;
const maxListed = 200;

export const adapter: ModelAdapter = {
  createProvider(settings): ModelProvider {
    const { name: provider, url, apiKey, probeTimeoutMs, lookupTimeoutMs = defaultLookupMs, windowTokens } = settings;
    if (url === undefined) throw new OutpostError("invalid_input", `the model server "${provider}" needs a url`);
    const transport = createOpenAiTransport(url, apiKey);
    const catalog = createOpenAiCatalog(transport);
    const model = (name: string) => createOpenAiModelOn(transport, catalog, { ...settings, provider, name });

    async function openNamed(name: string, signal: AbortSignal): Promise<ChatModel> {
      const opened = model(name);
      // As the server spells it: some do not mind the case, and some do.
      const { name: spelled } = await opened.describe(signal);
      return spelled === name ? opened : model(spelled);
    }

    /** None where something else answers. Rejects where it is slow or away, with a default at stake. */
    async function findModels(signal: AbortSignal): Promise<ServedModel[]> {
      try {
        return await catalog.list(signal, lookupTimeoutMs);
      } catch (error) {
        signal.throwIfAborted();
        if (isOutpostError(error) && error.retryable) throw error;
        return [];
      }
    }

    return {
      name: provider,
      async open(name, signal) {
        try {
          return await openNamed(name, signal);
        } catch (error) {
          // "openai/gpt-oss-20b" may be a model's whole name, the maker before the slash.
          if (!isOutpostError(error) || error.code !== "not_found") throw error;
          const full = await openNamed(`${provider}/${name}`, signal).catch(() => undefined);
          if (full) return full;
          throw error;
        }
      },
      async openDefault(signal) {
        const models = await findModels(signal);
        const loaded = models.filter((served) => served.isLoaded);
        const [only] = loaded.length > 0 ? loaded : models;
        return only && (loaded.length === 1 || models.length === 1) ? model(only.name) : undefined;
      },
      async list(signal) {
        const models = await catalog.list(signal, probeTimeoutMs).catch((): ServedModel[] => []);
        const looked = models.slice(0, maxLookedAt).map(async (served) => {
          if (served.windowTokens !== undefined) return served;
          return catalog.find(served.name, signal, probeTimeoutMs).catch(() => served);
        });
        const all = [...(await Promise.all(looked)), ...models.slice(maxLookedAt)].slice(0, maxListed);
        return all.map((served) => ({
          ...toProfile(served, windowTokens),
          provider,
          isLoaded: served.isLoaded ?? null,
          sizeBytes: null,
        }));
      },
    };
  },
};
