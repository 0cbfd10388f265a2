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

/**
 * Which words code uses where people say others, as learnt from documentation. Columns of one length, sorted by source and then the most
 * probable first. Only queries are read with it: another one needs no other index.
 */
export interface WordTranslations {
  /** Lower case. Sources and targets are numbers of words in it; each stands for all words of its stem. */
  words: readonly string[];
  sources: Uint16Array;
  targets: Uint16Array;
  /** 255 × √probability. */
  strengths: Uint8Array;
}

export interface Embedder {
  readonly identity: EmbedderIdentity;
  /** Absent: this model knows only whole texts. */
  readonly translations?: WordTranslations;
  /** One unit vector (a view of `dimensions` floats in one array) per input, in order. Rejects with `unavailable` (retryable). */
  embedDocuments(inputs: readonly EmbeddingInput[], signal?: AbortSignal): Promise<Float32Array[]>;
  embedQuery(text: string, signal?: AbortSignal): Promise<Float32Array>;
}
