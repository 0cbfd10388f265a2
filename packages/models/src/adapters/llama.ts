// GGUF files of the data directory's `models` folder as a provider: each is run by llama.cpp in a process of its own, which is started when
// it is asked something. What runs them is installed on request. One file is loaded at a time: two would rarely fit into memory.
import { readdir, stat } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { basename, join } from "node:path";
import type { ChatModel, ModelProvider } from "@outpost/core";
import { type ModelListing, OutpostError } from "@outpost/protocol";
import type { ModelAdapter } from "../directory/adapter.ts";
import { readGgufHeader } from "../llama/gguf-header.ts";
import { findLlamaModule } from "../llama/install.ts";
import { createLlamaModel } from "../llama/model.ts";
import { createLlamaProcess, type LlamaProcess } from "../llama/process.ts";

const defaultWindowTokens = 16_384;
const defaultWaitMs = 600_000;
const idleMs = 900_000;
const ending = ".gguf";

export const adapter: ModelAdapter = {
  createProvider(settings): ModelProvider {
    const { name: provider, dataDirectory = "", childEntry, windowTokens = defaultWindowTokens } = settings;
    const folder = join(dataDirectory, "models");
    const threads = settings.threads ?? Math.max(1, availableParallelism() - 1);
    let loaded: { name: string; process: LlamaProcess } | undefined;

    async function names(): Promise<string[]> {
      const files = await readdir(folder).catch(() => []);
      return files.filter((file) => file.endsWith(ending)).toSorted();
    }

    function required(): { moduleUrl: string; entry: NonNullable<typeof childEntry> } {
      const moduleUrl = findLlamaModule(dataDirectory);
      if (moduleUrl && childEntry) return { moduleUrl, entry: childEntry };
      const message = "what runs GGUF files is not installed; run `outpost models install-llama`";
      throw new OutpostError("unavailable", message);
    }

    async function find(wanted: string): Promise<{ file: string; profile: ModelListing }> {
      const all = await names();
      const file = all.find((one) => one === wanted || one === wanted + ending);
      if (file === undefined) {
        const there = all.length === 0 ? "there is none" : `there is ${all.map((one) => `"${one}"`).join(", ")}`;
        throw new OutpostError("not_found", `no model file "${wanted}" in ${folder}; ${there}`);
      }
      const path = join(folder, file);
      const header = await readGgufHeader(path);
      if (!header) throw new OutpostError("unavailable", `${path} is no GGUF file`);
      const listing = {
        ...{ provider, name: basename(file, ending), canCallTools: true, canThink: false },
        windowTokens: Math.min(windowTokens, header.trainedTokens ?? windowTokens),
        ...{ isLoaded: loaded?.name === file && loaded.process.isRunning, sizeBytes: (await stat(path)).size },
      };
      return { file, profile: listing };
    }

    /** Ends the one that is loaded when another is wanted. */
    async function processOf(file: string, window: number): Promise<LlamaProcess> {
      const { moduleUrl, entry } = required();
      if (loaded?.name === file) return loaded.process;
      await loaded?.process.close();
      const modelPath = join(folder, file);
      const process = createLlamaProcess({
        ...{ entry, idleMs },
        settings: { moduleUrl, modelPath, windowTokens: window, threads },
      });
      loaded = { name: file, process };
      return process;
    }

    async function open(wanted: string, signal: AbortSignal): Promise<ChatModel> {
      signal.throwIfAborted();
      const { file, profile: listing } = await find(wanted);
      required();
      const { isLoaded: _, sizeBytes: __, ...profile } = listing;
      const process: LlamaProcess = {
        isRunning: true,
        ask: async (...given) => (await processOf(file, profile.windowTokens)).ask(...given),
        close: async () => {},
      };
      const { firstTokenTimeoutMs = defaultWaitMs, idleTimeoutMs = defaultWaitMs } = settings;
      return createLlamaModel({ profile, process, firstTokenTimeoutMs, idleTimeoutMs });
    }

    return {
      name: provider,
      open,
      async openDefault(signal) {
        if (!findLlamaModule(dataDirectory) || !childEntry) return undefined;
        const all = await names();
        return all.length === 1 && all[0] ? open(all[0], signal).catch(() => undefined) : undefined;
      },
      async list() {
        if (!findLlamaModule(dataDirectory)) return [];
        const found = (await names()).map(async (file) => (await find(file).catch(() => undefined))?.profile);
        return (await Promise.all(found)).filter((listing) => listing !== undefined);
      },
      close: async () => loaded?.process.close(),
    };
  },
};
