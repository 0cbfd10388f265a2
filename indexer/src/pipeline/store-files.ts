// Embeds prepared files, where their vectors are not known by their text, and stores them in one transaction. Rejects as the embedder or the catalog does; nothing is stored then.
import type { EmbeddingInput, EntryRecord, ParsedBlob } from "@outpost/retrieval";
import { createLineTable } from "../chunker/lines.ts";
import type { IndexingPorts } from "./ports.ts";
import type { PreparedFile } from "./prepare-file.ts";
import { quantise } from "./quantise.ts";
import type { StoredBefore } from "./stored-before.ts";

/** Chunks handed to the embedder at once. */
const EMBEDDING_BATCH = 128;
/** Versions of a path that are looked into for vectors. */
const KNOWN_VERSIONS = 2;

export async function storeFiles(
  files: readonly PreparedFile[],
  ports: IndexingPorts,
  before: StoredBefore,
  signal?: AbortSignal,
): Promise<number> {
  if (files.length === 0) return 0;
  const records = await embedFiles(files, ports, before, signal);
  await ports.catalog.putEntries(records);
  return records.reduce((sum, { entry }) => sum + entry.vectors.length, 0);
}

export async function embedFiles(
  files: readonly PreparedFile[],
  ports: IndexingPorts,
  before: StoredBefore,
  signal?: AbortSignal,
): Promise<{ parsed: ParsedBlob; entry: EntryRecord }[]> {
  const inputs = files.flatMap(embeddingInputs);
  const vectors = (await Promise.all(files.map((file) => findVectors(file, before)))).flat();
  const missing = inputs.flatMap((_, index) => (vectors[index] === undefined ? [index] : []));
  for (let start = 0; start < missing.length; start += EMBEDDING_BATCH) {
    signal?.throwIfAborted();
    const batch = missing.slice(start, start + EMBEDDING_BATCH);
    const embedded = await ports.embedder.embedDocuments(
      batch.flatMap((index) => inputs[index] ?? []),
      signal,
    );
    const quantised = quantiseAll(embedded);
    for (const [at, index] of batch.entries()) vectors[index] = quantised[at];
    await new Promise(setImmediate);
  }
  let next = 0;
  return files.map(({ path, parsed, terms }) => {
    const own = vectors.slice(next, next + parsed.chunks.length).filter((vector) => vector !== undefined);
    next += own.length;
    return { parsed, entry: { path, blob: parsed.blob, terms, vectors: own } };
  });
}

/** Into one array for all: one for each would cost more than quantising it. */
function quantiseAll(vectors: readonly Float32Array[]): Int8Array[] {
  const all = new Int8Array(vectors.reduce((sum, { length }) => sum + length, 0));
  let end = 0;
  return vectors.map((vector) => {
    const start = end;
    end += vector.length;
    return quantise(vector, all.subarray(start, end));
  });
}

/** Vectors of the chunks whose embedded text another stored version of the path has, too; undefined for the others. */
async function findVectors(
  { path, parsed, texts }: PreparedFile,
  before: StoredBefore,
): Promise<(Int8Array | undefined)[]> {
  const known = new Map<string, Int8Array>();
  for (const { text, chunks, vectors } of await before.findEmbedded(path, KNOWN_VERSIONS)) {
    const lines = createLineTable(text);
    const dimensions = vectors.length / Math.max(1, chunks.length);
    for (const [index, { symbol, startLine, endLine }] of chunks.entries()) {
      const vector = vectors.subarray(index * dimensions, (index + 1) * dimensions);
      // All zeros: it could not be embedded then.
      if (vector.some((value) => value !== 0)) known.set(keyOf(symbol, lines.textOf(startLine, endLine)), vector);
    }
  }
  return parsed.chunks.map(({ symbol }, index) => known.get(keyOf(symbol, texts[index] ?? "")));
}

function keyOf(symbol: string | null, text: string): string {
  return `${symbol ?? ""}\0${text}`;
}

function embeddingInputs({ path, parsed, texts }: PreparedFile): EmbeddingInput[] {
  return parsed.chunks.map((chunk, index) => ({ path, symbol: chunk.symbol, text: texts[index] ?? "" }));
}
