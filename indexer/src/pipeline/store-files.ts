// Embeds prepared files and stores them in one transaction. Rejects as the embedder or the catalog does; nothing is stored then.
import type { EmbeddingInput, EntryRecord, ParsedBlob } from "@outpost/retrieval";
import type { IndexingPorts } from "./ports.ts";
import type { PreparedFile } from "./prepare-file.ts";
import { quantise } from "./quantise.ts";

/** Chunks handed to the embedder at once. */
const EMBEDDING_BATCH = 128;

export async function storeFiles(
  files: readonly PreparedFile[],
  ports: IndexingPorts,
  signal?: AbortSignal,
): Promise<number> {
  if (files.length === 0) return 0;
  const inputs = files.flatMap(embeddingInputs);
  const vectors: Int8Array[] = [];
  for (let start = 0; start < inputs.length; start += EMBEDDING_BATCH) {
    signal?.throwIfAborted();
    const batch = inputs.slice(start, start + EMBEDDING_BATCH);
    vectors.push(...(await ports.embedder.embedDocuments(batch, signal)).map(quantise));
    await new Promise(setImmediate);
  }
  let next = 0;
  const records = files.map(({ path, parsed, terms }): { parsed: ParsedBlob; entry: EntryRecord } => {
    const own = vectors.slice(next, next + parsed.chunks.length);
    next += own.length;
    return { parsed, entry: { path, blob: parsed.blob, terms, vectors: own } };
  });
  await ports.catalog.putEntries(records);
  return vectors.length;
}

function embeddingInputs({ path, parsed, texts }: PreparedFile): EmbeddingInput[] {
  return parsed.chunks.map((chunk, index) => ({ path, symbol: chunk.symbol, text: texts[index] ?? "" }));
}
