// One Ollama as a provider: its models by name, the best of them as the default, pulling.
import type { ModelProvider } from "@outpost/core";
import { isOutpostError, type ModelListing } from "@outpost/protocol";
import type { ModelAdapter } from "../directory/adapter.ts";
import { createOllamaCatalog, type OllamaCatalog } from "../ollama/catalog.ts";
import { chooseDefault } from "../ollama/choose-default.ts";
import { createOllamaModelOn } from "../ollama/model.ts";
import { type OllamaModelInfo, toProfile } from "../ollama/profile.ts";
import { pullModel } from "../ollama/pull.ts";
import { createOllamaTransport } from "../ollama/transport.ts";
import { defaultLookupMs, isSlow } from "../wire/exchange.ts";

const defaultUrl = "http://127.0.0.1:11434";
/** More are not looked at one by one; a server that lists capabilities needs no look. */
const maxLookedAt = 40;
const maxListed = 200;

export const adapter: ModelAdapter = {
  createProvider(settings): ModelProvider {
    const transport = createOllamaTransport(settings.url ?? defaultUrl);
    const catalog = createOllamaCatalog(transport);
    const { name: provider, probeTimeoutMs, lookupTimeoutMs = defaultLookupMs } = settings;
    const model = (name: string) => createOllamaModelOn(transport, catalog, { ...settings, provider, name });
    return {
      name: provider,
      async open(name, signal) {
        const opened = model(name);
        await opened.describe(signal);
        return opened;
      },
      async openDefault(signal) {
        const name = await findDefault(catalog, signal, lookupTimeoutMs);
        return name === undefined ? undefined : model(name);
      },
      async list(signal) {
        const [models, loaded] = await Promise.all([
          listCapable(catalog, signal, probeTimeoutMs).catch(() => []),
          loadedNames(catalog, signal, probeTimeoutMs),
        ]);
        return models
          .filter((info) => info.capabilities?.includes("completion") ?? true)
          .slice(0, maxListed)
          .map((info) => toListing(info, loaded, settings));
      },
      pull: (name, signal) => pullModel(transport, name, signal),
    };
  },
};

function toListing(
  info: OllamaModelInfo,
  loaded: ReadonlySet<string> | undefined,
  settings: { name: string; windowTokens?: number },
): ModelListing {
  const profile = { ...toProfile(info, settings.windowTokens), provider: settings.name };
  return { ...profile, isLoaded: loaded?.has(info.name) ?? null, sizeBytes: info.sizeBytes ?? null };
}

async function loadedNames(
  catalog: OllamaCatalog,
  signal: AbortSignal,
  timeoutMs: number,
): Promise<Set<string> | undefined> {
  try {
    return new Set((await catalog.loaded(signal, timeoutMs)).map(({ name }) => name));
  } catch {
    return undefined;
  }
}

async function findDefault(
  catalog: OllamaCatalog,
  signal: AbortSignal,
  timeoutMs: number,
): Promise<string | undefined> {
  try {
    const models = await listCapable(catalog, signal, timeoutMs);
    const loaded = await loadedNames(catalog, signal, timeoutMs);
    return chooseDefault(models, loaded ?? new Set())?.name;
  } catch (error) {
    signal.throwIfAborted();
    // Away or busy: what takes its place then is not this one's to say.
    if (isOutpostError(error) && error.retryable) throw error;
    return undefined;
  }
}

/** Every model with what it can do; older servers do not say so in their list and are asked for each model. */
async function listCapable(catalog: OllamaCatalog, signal: AbortSignal, timeoutMs: number): Promise<OllamaModelInfo[]> {
  const models = await catalog.list(signal, timeoutMs);
  const lookedAt = models.slice(0, maxLookedAt).map(async (model): Promise<OllamaModelInfo> => {
    if (model.capabilities && model.contextLength !== undefined) return model;
    const shown = await catalog.show(model.name, signal, timeoutMs).catch((error: unknown) => {
      if (isSlow(error)) throw error;
      return undefined;
    });
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
