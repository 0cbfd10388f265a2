// Embeds prepared files, where their vectors are not known by their text, and stores them in one transaction. Rejects as the embedder or the catalog does; nothing is stored then.
import type { EmbeddingInput, EntryRecord, ParsedBlob } from "@outpost/retrieval";
import { createLineTable } from "../chunker/lines.ts";
import type { IndexingPorts } from "./ports.ts";
import type { PreparedFile } from "./prepare-file.ts";
import { quantise } from "./quantise.ts";

/** Chunks handed to the embedder at once. */
const EMBEDDING_BATCH = 128;
/** Versions of a path that are looked into for vectors. */
const KNOWN_VERSIONS = 2;

export async function storeFiles(
  files: readonly PreparedFile[],
  ports: IndexingPorts,
  signal?: AbortSignal,
): Promise<number> {
  if (files.length === 0) return 0;
  const records = await embedFiles(files, ports, signal);
  await ports.catalog.putEntries(records);
  return records.reduce((sum, { entry }) => sum + entry.vectors.length, 0);
}

export async function embedFiles(
  files: readonly PreparedFile[],
  ports: IndexingPorts,
  signal?: AbortSignal,
): Promise<{ parsed: ParsedBlob; entry: EntryRecord }[]> {
  const inputs = files.flatMap(embeddingInputs);
  const vectors = (await Promise.all(files.map((file) => findVectors(file, ports)))).flat();
  const missing = inputs.flatMap((_, index) => (vectors[index] === undefined ? [index] : []));
  for (let start = 0; start < missing.length; start += EMBEDDING_BATCH) {
    signal?.throwIfAborted();
    const batch = missing.slice(start, start + EMBEDDING_BATCH);
    const embedded = await ports.embedder.embedDocuments(
      batch.flatMap((index) => inputs[index] ?? []),
      signal,
    );
    for (const [at, index] of batch.entries()) vectors[index] = quantise(embedded[at] ?? new Float32Array());
    await new Promise(setImmediate);
  }
  let next = 0;
  return files.map(({ path, parsed, terms }) => {
    const own = vectors.slice(next, next + parsed.chunks.length).filter((vector) => vector !== undefined);
    next += own.length;
    return { parsed, entry: { path, blob: parsed.blob, terms, vectors: own } };
  });
}

/** Vectors of the chunks whose embedded text another stored version of the path has, too; undefined for the others. */
async function findVectors(
  { path, parsed, texts }: PreparedFile,
  ports: IndexingPorts,
): Promise<(Int8Array | undefined)[]> {
  const known = new Map<string, Int8Array>();
  for (const { text, chunks, vectors } of await ports.catalog.findEmbedded(path, KNOWN_VERSIONS)) {
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
