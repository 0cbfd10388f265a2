// For tests: a catalog of small files in a temporary folder, and search services over it.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type CatalogReader,
  type CatalogWriter,
  type Embedder,
  extractTerms,
  type IndexIdentity,
  type VectorIndex,
  type ViewChange,
} from "@outpost/retrieval";
import { openSqliteCatalogReader, openSqliteCatalogWriter } from "@outpost/store";
import { createEmbeddedVectorIndex } from "@outpost/vector";
import { createSearchService, type SearchService, type SearchServiceOptions } from "./search-service.ts";

export const checkout = "checkout:rep_1";
export const run = "run:run_1";

/** Four axes; a text lies on the axis of the first of these words that it holds. */
const axes = ["retry", "colour", "socket", "parse"];
export const embedder: Embedder = {
  identity: { name: "test/axes", revision: "1", dimensions: 4 },
  embedDocuments: async (inputs) => inputs.map(({ text }) => onAxis(text)),
  embedQuery: async (text) => onAxis(text),
};

function onAxis(text: string): Float32Array {
  const synonyms = text.replaceAll("again", "retry").replaceAll("paint", "colour");
  const axis = axes.findIndex((word) => synonyms.includes(word));
  return Float32Array.from(axes, (_, index) => (index === axis ? 1 : 0));
}

const inMemory = (index: VectorIndex) => ({ reader: index, memory: index });

export function identity(embedderKey: string): IndexIdentity {
  return { embedder: embedderKey, dimensions: 4, chunker: "test", filePolicy: "test" };
}

export interface TestCatalog {
  writer: CatalogWriter;
  reader: CatalogReader;
  /** The view shows these files, one chunk each; a run's view over the checkout. */
  change(viewId: string, files: Record<string, string>, more?: Partial<ViewChange>): Promise<void>;
  openService(options?: Partial<SearchServiceOptions>): SearchService;
  /** With all services that were opened. */
  close(): Promise<void>;
}

export async function openTestCatalog(): Promise<TestCatalog> {
  const directory = await mkdtemp(join(tmpdir(), "search-service-"));
  const path = join(directory, "index.db");
  const writer = await openSqliteCatalogWriter({ path });
  await writer.open(identity("test/axes@1"));
  const reader = await openSqliteCatalogReader({ path });
  const services: SearchService[] = [];
  return {
    writer,
    reader,
    async change(viewId, files, more = {}) {
      const base = viewId === run ? checkout : null;
      const set = await put(writer, files);
      await writer.changeView({
        ...{ viewId, base, replace: base === null, set, removed: [], skipped: [], complete: true },
        ...{ commit: null, nowMs: 5 },
        ...more,
      });
    },
    openService(options = {}) {
      const service = createSearchService({
        openReader: () => reader,
        embedder,
        openVectors: ({ dimensions }) => inMemory(createEmbeddedVectorIndex(dimensions)),
        ...options,
      });
      services.push(service);
      return service;
    },
    async close() {
      for (const service of services) await service.close();
      await writer.close();
      await rm(directory, { recursive: true });
    },
  };
}

/** One chunk per file; the blob is the text. */
async function put(writer: CatalogWriter, files: Record<string, string>): Promise<{ path: string; blob: string }[]> {
  const pairs: { path: string; blob: string }[] = [];
  for (const [path, text] of Object.entries(files)) {
    const blob = Buffer.from(text).toString("hex").padEnd(40, "0").slice(0, 40);
    const chunk = {
      startLine: 1,
      endLine: text.split("\n").length,
      kind: "block",
      symbol: null,
      scope: [],
      definitions: [],
    };
    const [vector = new Float32Array(4)] = await embedder.embedDocuments([{ path, symbol: null, text }]);
    const entry = {
      path,
      blob,
      terms: [extractTerms({ path, chunk, text })],
      vectors: [Int8Array.from(vector, (value) => value * 127)],
    };
    await writer.putEntries([
      { parsed: { blob, language: "text", text, chunks: [chunk], hasParseErrors: false }, entry },
    ]);
    pairs.push({ path, blob });
  }
  return pairs;
}

/** Of the hits, in their order. */
export async function paths(
  service: SearchService,
  query: string,
  viewId = checkout,
  pathPrefix?: string,
): Promise<string[]> {
  const { hits } = await service.search({ viewId, query, limit: 10, ...(pathPrefix ? { pathPrefix } : {}) });
  return hits.map(({ path }) => path);
}
