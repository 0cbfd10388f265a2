// From an engine to the port: the exact text, batches that adapt, retries, unit vectors. Invariant: one text that cannot be embedded never
// stops the others; it has a vector of zeros, which is near to nothing, and is found by its words alone.
import { setTimeout as sleep } from "node:timers/promises";
import { isOutpostError, OutpostError } from "@outpost/protocol";
import type { Embedder, EmbeddingInput } from "@outpost/retrieval";
import type { RawEmbedder } from "./raw-embedder.ts";

export interface BatchingOptions {
  /** Told of every text that could not be embedded. */
  onProblem?(problem: { path: string; detail: string }): void;
  /** Between attempts. Default 500, doubled each time. */
  retryDelayMs?: number;
}

const maxAttempts = 4;
/** Shorter ones are not cut: what is too much is something else. */
const leastCharacters = 200;
/** After so many good batches in a row a shrunken one grows again. */
const goodToGrow = 8;
/** A token has at least this many characters of code, nearly always. */
const charactersPerToken = 2.5;
/** Names how the embedded text is made; part of the revision. */
const inputForm = "head1";

interface Item {
  path: string;
  text: string;
  at: number;
}

interface Work {
  /** By `at` of the items. */
  vectors: Float32Array[];
  signal: AbortSignal | undefined;
  /** How often a batch is tried that fails for the moment. */
  attempts: number;
}

/** Embedded by every model. */
const harmlessText = "text";

export function createBatchingEmbedder(raw: RawEmbedder, options: BatchingOptions = {}): Embedder {
  const { traits } = raw;
  const identity = { ...raw.identity, revision: `${raw.identity.revision}-${inputForm}-${traits.pooling}` };
  let batchTexts = raw.maxBatchTexts;
  let good = 0;

  function toText({ path, symbol, text }: EmbeddingInput): string {
    const head = symbol === null ? path : `${path} ${symbol}`;
    return cutTo(`${traits.documentPrefix}${head}\n${text}`);
  }

  function cutTo(text: string): string {
    return text.slice(0, Math.floor(traits.maxTokens * charactersPerToken));
  }

  function note(went: boolean): void {
    good = went ? good + 1 : 0;
    if (!went) batchTexts = Math.max(1, Math.floor(batchTexts / 2));
    else if (good >= goodToGrow && batchTexts < raw.maxBatchTexts) {
      batchTexts = Math.min(raw.maxBatchTexts, batchTexts * 2);
      good = 0;
    }
  }

  async function attempt(
    texts: readonly string[],
    signal: AbortSignal | undefined,
    attempts = maxAttempts,
  ): Promise<Float32Array[]> {
    for (let failures = 0; ; ) {
      try {
        const vectors = await raw.embed(texts, signal);
        if (vectors.length === texts.length) return vectors;
        throw new OutpostError("internal", `${vectors.length} vectors for ${texts.length} texts`);
      } catch (error) {
        signal?.throwIfAborted();
        failures += 1;
        if (!isOutpostError(error) || !error.retryable || failures >= attempts) throw error;
        await sleep((options.retryDelayMs ?? 500) * 2 ** (failures - 1), undefined, signal ? { signal } : {});
      }
    }
  }

  /** Splits what is too much; gives up on a single text only. Rejects where the engine itself is away. */
  async function embedItems(items: readonly Item[], work: Work): Promise<void> {
    const { vectors, signal } = work;
    try {
      const texts = items.map(({ text }) => text);
      for (const [index, vector] of (await attempt(texts, signal, work.attempts)).entries()) {
        const item = items[index];
        if (item) vectors[item.at] = unit(vector, identity.dimensions);
      }
      note(true);
    } catch (error) {
      signal?.throwIfAborted();
      if (isOutpostError(error) && error.code === "unauthorized") throw error;
      const isFailure = isOutpostError(error) && error.retryable;
      if (isFailure && !(await failsForTheseTexts(error, signal))) throw error;
      note(false);
      // it was asked often enough what it cannot do
      await embedParts(items, error, isFailure ? { ...work, attempts: 1 } : work);
    }
  }

  /** A server that failed and embeds another text all the same is not away. */
  async function failsForTheseTexts(error: OutpostError, signal: AbortSignal | undefined): Promise<boolean> {
    if (error.details["status"] !== 500) return false;
    return raw.embed([harmlessText], signal).then(
      (vectors) => vectors.length === 1,
      () => false,
    );
  }

  async function embedParts(items: readonly Item[], error: unknown, work: Work): Promise<void> {
    const [item] = items;
    if (!item) return;
    if (items.length > 1) {
      const middle = Math.ceil(items.length / 2);
      await embedItems(items.slice(0, middle), work);
      await embedItems(items.slice(middle), work);
      return;
    }
    const { text, path } = item;
    if (isTooLong(error, text)) return embedItems([{ ...item, text: text.slice(0, text.length / 2) }], work);
    options.onProblem?.({ path, detail: `not embedded: ${String((error as Error).message)}` });
  }

  /** Shortened until it fits. */
  async function embedOne(text: string, signal: AbortSignal | undefined): Promise<Float32Array> {
    try {
      const [vector] = await attempt([text], signal);
      return unit(vector ?? new Float32Array(0), identity.dimensions);
    } catch (error) {
      signal?.throwIfAborted();
      if (!isTooLong(error, text)) throw error;
      return embedOne(text.slice(0, text.length / 2), signal);
    }
  }

  return {
    identity,
    async embedDocuments(inputs, signal) {
      const vectors = inputs.map(() => new Float32Array(identity.dimensions));
      const items = inputs.map((input, at): Item => ({ path: input.path, text: toText(input), at }));
      // By length: a batch is as slow as its longest text.
      const sorted = items.toSorted((a, b) => a.text.length - b.text.length);
      for (let from = 0; from < sorted.length; ) {
        signal?.throwIfAborted();
        const batch = takeBatch(sorted, from, batchTexts, raw.maxBatchCharacters);
        await embedItems(batch, { vectors, signal, attempts: maxAttempts });
        from += batch.length;
      }
      return vectors;
    },
    async embedQuery(text, signal) {
      signal?.throwIfAborted();
      return embedOne(cutTo(`${traits.queryPrefix}${text}`), signal);
    },
  };
}

function isTooLong(error: unknown, text: string): boolean {
  return isOutpostError(error) && error.code === "limit_exceeded" && text.length > leastCharacters;
}

function takeBatch(items: readonly Item[], from: number, maxTexts: number, maxCharacters: number): Item[] {
  const batch: Item[] = [];
  let characters = 0;
  for (const item of items.slice(from, from + maxTexts)) {
    characters += item.text.length;
    if (batch.length > 0 && characters > maxCharacters) break;
    batch.push(item);
  }
  return batch;
}

/** Throws `internal` for a vector of another model. */
function unit(vector: Float32Array, dimensions: number): Float32Array {
  if (vector.length !== dimensions)
    throw new OutpostError("internal", `a vector of ${vector.length} dimensions instead of ${dimensions}`);
  const length = Math.hypot(...vector);
  return Number.isFinite(length) && length > 0 ? vector.map((value) => value / length) : new Float32Array(dimensions);
}
