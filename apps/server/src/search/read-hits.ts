// Turns ranked chunks into hits by reading their lines.
import { type Hit, isOutpostError } from "@outpost/protocol";
import type { CatalogReader, RankedChunk } from "@outpost/retrieval";

/** A chunk whose blob was collected meanwhile is left out: it is in no view any more. */
export async function readHits(
  reader: CatalogReader,
  ranked: readonly RankedChunk[],
  signal: AbortSignal | undefined,
): Promise<Hit[]> {
  const hits: Hit[] = [];
  for (const chunk of ranked) {
    signal?.throwIfAborted();
    const { path, startLine, endLine, language, kind, symbol, within, bestLine, score, reasons } = chunk;
    const text = await readLines(reader, chunk);
    if (text !== null)
      hits.push({ path, startLine, endLine, language, kind, symbol, within, text, bestLine, score, reasons });
  }
  return hits;
}

async function readLines(reader: CatalogReader, chunk: RankedChunk): Promise<string | null> {
  const { blob, startLine, endLine } = chunk;
  try {
    return await reader.readText(blob, { startLine, endLine });
  } catch (error) {
    if (isOutpostError(error) && error.code === "not_found") return null;
    throw error;
  }
}
