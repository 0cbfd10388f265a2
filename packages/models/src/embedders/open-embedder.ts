// The embedder that the configuration names, behind the one port. What the others need is not loaded: HTTP clients take longer than a small index.
import type { Embedder } from "@outpost/retrieval";
import { loadStaticEmbedder } from "../static-embedder/static-embedder.ts";
import { type BatchingOptions, createBatchingEmbedder } from "./batching-embedder.ts";

/** Plain values: they go to the indexer's process as JSON. */
export type EmbedderSettings =
  | { kind: "built-in"; directory?: string }
  | { kind: "ollama" | "openai"; url: string; model: string; apiKey?: string }
  | { kind: "onnx"; model?: string; precision?: "fp32" | "fp16" | "q8"; cacheDirectory?: string; threads?: number };

/** Rejects with `unavailable` when it cannot be had now, `not_found` when there is no such model. */
export async function openEmbedder(settings: EmbedderSettings, options: BatchingOptions = {}): Promise<Embedder> {
  switch (settings.kind) {
    case "built-in":
      return loadStaticEmbedder(settings.directory === undefined ? {} : { directory: settings.directory });
    case "ollama":
    case "openai": {
      const { openHttpEmbedder } = await import("./http-embedder.ts");
      return createBatchingEmbedder(await openHttpEmbedder(settings), options);
    }
    case "onnx": {
      const { openOnnxEmbedder } = await import("./onnx-embedder.ts");
      return createBatchingEmbedder(await openOnnxEmbedder(settings), options);
    }
  }
}
