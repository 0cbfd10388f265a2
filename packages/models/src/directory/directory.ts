// Finds chat models by name over several providers, in the order in which they are asked. Knows no server's wire.
// Invariant: there is always a model, because `rules` needs no server; it takes nobody's place who is only away for the moment.
import type { ChatModel, ModelDirectory, ModelProvider } from "@outpost/core";
import { isOutpostError, OutpostError } from "@outpost/protocol";
import { isSlow } from "../wire/exchange.ts";
import type { ModelServerSettings } from "./adapter.ts";
import { loadAdapter } from "./load-adapter.ts";

/** The server's name is the provider's; settings that are shared come from `ModelDirectoryOptions`. */
export interface ConfiguredServer extends Pick<ModelServerSettings, "name" | "url" | "apiKey" | "childEntry"> {
  adapter: string;
  /** It is meant to be there, so that `rules` does not take its place while it is away. Otherwise that is so once it had a model. */
  isExpected?: boolean;
}

export interface ModelDirectoryOptions
  extends Omit<ModelServerSettings, "name" | "url" | "apiKey" | "childEntry" | "probeTimeoutMs"> {
  /** In the order in which a bare name, or no name, is looked up. `rules` comes last by itself. */
  servers: readonly ConfiguredServer[];
  /** The name that stands for "the default"; absent: the first that a provider proposes. */
  defaultModel?: string;
  /** How long a server may take to say what it has, for lists. Default 1,000. */
  probeTimeoutMs?: number;
}

const defaultProbeMs = 1000;
const rulesName = "rules";

/** Nobody is there, or nobody who could say anything now. One that is only slow is there. */
const isAway = (error: unknown): boolean =>
  isOutpostError(error) && error.code === "unavailable" && error.retryable && !isSlow(error);

/** Rejects with `invalid_input` for an adapter that is not there, a name that is there twice, or settings that cannot work. */
export async function openModelDirectory(options: ModelDirectoryOptions): Promise<ModelDirectory> {
  const providers = await createProviders(options);
  const byName = new Map(providers.map((provider) => [provider.name, provider]));
  const expected = new Set(options.servers.filter(({ isExpected }) => isExpected).map(({ name }) => name));

  /** Another server's model takes the place of one that is away, but `rules` only where nobody is expected. */
  async function openDefault(signal: AbortSignal): Promise<ChatModel> {
    let away: unknown;
    for (const provider of providers) {
      if (away !== undefined && provider.name === rulesName) throw away;
      try {
        const model = await provider.openDefault(signal);
        if (!model) continue;
        expected.add(provider.name);
        return model;
      } catch (error) {
        signal.throwIfAborted();
        if (!isAway(error)) throw error;
        if (expected.has(provider.name)) away ??= error;
      }
    }
    throw new OutpostError("internal", "the built-in rules are not there");
  }

  /** A name without its server: the first that has it; else what the first server says, which names what there is. */
  async function openAnywhere(name: string, signal: AbortSignal): Promise<ChatModel> {
    let first: unknown;
    for (const provider of providers) {
      try {
        return await provider.open(name, signal);
      } catch (error) {
        signal.throwIfAborted();
        if (!isOutpostError(error)) throw error;
        first ??= error;
      }
    }
    throw first;
  }

  function split(wanted: string): { provider: ModelProvider; name: string } | undefined {
    const slash = wanted.indexOf("/");
    const provider = slash > 0 ? byName.get(wanted.slice(0, slash)) : undefined;
    return provider && { provider, name: wanted.slice(slash + 1) };
  }

  return {
    async open(name, signal) {
      signal.throwIfAborted();
      const wanted = (name ?? options.defaultModel ?? "").trim();
      if (wanted === "") return openDefault(signal);
      const named = split(wanted === "rules" ? "rules/rules" : wanted);
      return named ? named.provider.open(named.name, signal) : openAnywhere(wanted, signal);
    },
    async list(signal) {
      return (await Promise.all(providers.map((provider) => provider.list(signal)))).flat();
    },
    async *pull(name, signal) {
      const named = split(name);
      const pullers = providers.filter((provider) => provider.pull);
      const puller = named ? named.provider : pullers[0];
      const pull = puller?.pull?.(named?.name ?? name, signal);
      if (pull) return yield* pull;
      const there = pullers.map((provider) => `"${provider.name}/…"`).join(", ") || "none";
      throw new OutpostError("invalid_input", `"${puller?.name ?? name}" cannot get models; those that can: ${there}`);
    },
    async close() {
      await Promise.all(providers.map((provider) => provider.close?.()));
    },
  };
}

async function createProviders(options: ModelDirectoryOptions): Promise<ModelProvider[]> {
  const { servers, defaultModel: _, ...shared } = options;
  const ollamaUrl = servers.find(({ adapter }) => adapter === "ollama")?.url;
  const all = [
    ...servers,
    { name: rulesName, adapter: "rules", ...(ollamaUrl === undefined ? {} : { url: ollamaUrl }) },
  ];
  const names = all.map(({ name }) => name);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined)
    throw new OutpostError("invalid_input", `two model servers are called "${twice}"; give one another name`);
  return Promise.all(
    all.map(async ({ adapter, isExpected: _, ...server }: ConfiguredServer) => {
      const loaded = await loadAdapter(adapter);
      return loaded.createProvider({ ...shared, probeTimeoutMs: shared.probeTimeoutMs ?? defaultProbeMs, ...server });
    }),
  );
}
