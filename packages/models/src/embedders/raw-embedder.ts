// What an embedding engine is beneath everything that all of them need: texts in, vectors out. One file an engine.
import type { EmbedderIdentity } from "@outpost/retrieval";
import type { EmbeddingModelTraits } from "./embedding-models.ts";

export interface RawEmbedder {
  /** As it is now; dimensions are found by embedding something. */
  identity: EmbedderIdentity;
  traits: EmbeddingModelTraits;
  /** Texts at once at most; batches shrink below it when they are too much. */
  maxBatchTexts: number;
  /** Characters of a batch at most. */
  maxBatchCharacters: number;
  /**
   * One vector per text, in order, of any length. Rejects with `limit_exceeded` when there is too much of it (fewer or shorter texts may
   * do), `unavailable` (retryable; with the status 500 in its details where it may be for these texts), or whatever makes these texts impossible.
   */
  embed(texts: readonly string[], signal?: AbortSignal): Promise<Float32Array[]>;
  close?(): Promise<void>;
}
