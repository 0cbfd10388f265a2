// The port of an embedding model. Adapters live in packages/models. Vectors are unit length.

export interface EmbedderIdentity {
  /** `provider/name`. */
  name: string;
  /** Changes when the same text would give another vector. */
  revision: string;
  dimensions: number;
}

/** The exact text that is embedded is made by the adapter from these; the identity's revision covers how. */
export interface EmbeddingInput {
  path: string;
  symbol: string | null;
  text: string;
}

export interface Embedder {
  readonly identity: EmbedderIdentity;
  /** One unit vector (a view of `dimensions` floats in one array) per input, in order. Rejects with `unavailable` (retryable). */
  embedDocuments(inputs: readonly EmbeddingInput[], signal?: AbortSignal): Promise<Float32Array[]>;
  embedQuery(text: string, signal?: AbortSignal): Promise<Float32Array>;
}
