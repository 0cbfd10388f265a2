// What is measured: the chunker, terms, vectors and ranking of the product, put together without a database.
import { defaultPipelineLimits, detectLanguage, type Parser, quantise } from "@outpost/indexer";
import type { QueryExpansion } from "@outpost/protocol";
import {
  type Chunk,
  type Embedder,
  expandedSearch,
  expandQuery,
  extractTerms,
  hybridSearch,
  type LoadedEntry,
  type RankedChunk,
  SearchIndex,
  textToEmbed,
} from "@outpost/retrieval";
import { createEmbeddedVectorIndex } from "@outpost/vector";
import type { CorpusFile } from "./corpus.ts";
import type { Answer } from "./metrics.ts";

export interface Engine {
  name: string;
  /** `expansion`: what a language model said of the query; only who says so in its name uses it. */
  search(query: string, expansion?: QueryExpansion): Promise<Answer[]>;
}

/** Chunks, terms and vectors of every file; ids in the order of the files. */
export async function prepareEntries(
  files: readonly CorpusFile[],
  parser: Parser,
  embedder: Embedder,
): Promise<LoadedEntry[]> {
  let nextChunkId = 1;
  const entries: LoadedEntry[] = [];
  const parsed = parseAhead(files, parser);
  for (const [index, { path, text, blob }] of files.entries()) {
    const { language, chunks } = await parsed(index);
    const lines = text.split("\n");
    const texts = chunks.map((chunk) => lines.slice(chunk.startLine - 1, chunk.endLine).join("\n"));
    const textOf = (chunk: Chunk, at: number) => ({ path, symbol: chunk.symbol, chunk, text: texts[at] ?? "" });
    const embedded = await embedder.embedDocuments(chunks.map(textOf));
    const vectors = new Int8Array(chunks.length * embedder.identity.dimensions);
    for (const [at, vector] of embedded.entries()) vectors.set(quantise(vector), at * embedder.identity.dimensions);
    const terms = chunks.map((chunk, at) => extractTerms(textOf(chunk, at)));
    entries.push({ entryId: index + 1, path, blob, language, firstChunkId: nextChunkId, chunks, terms, vectors });
    nextChunkId += chunks.length;
  }
  return entries;
}

/** By index, asked for in order; as many files are at the parser at the same time as an indexer has there. */
function parseAhead(files: readonly CorpusFile[], parser: Parser) {
  const { concurrentFiles } = defaultPipelineLimits;
  const underWay = new Map<number, Promise<{ language: string; chunks: Chunk[] }>>();
  const parse = async (index: number) => {
    const { path, text } = files[index] as CorpusFile;
    const language = detectLanguage(path, text).name;
    return { language, chunks: (await parser.parse({ path, language, text })).chunks };
  };
  return async (index: number) => {
    for (let next = index; next < Math.min(files.length, index + concurrentFiles); next += 1)
      if (!underWay.has(next)) underWay.set(next, parse(next));
    const result = await (underWay.get(index) as Promise<{ language: string; chunks: Chunk[] }>);
    underWay.delete(index);
    return result;
  };
}

/** The product's search over these entries: with vectors, without, and with a model's words besides. */
export async function createOutpostEngines(
  entries: readonly LoadedEntry[],
  embedder: Embedder,
): Promise<{ lexical: Engine; hybrid: Engine; expanded: Engine }> {
  const index = new SearchIndex(embedder.translations);
  index.add(entries);
  const view = index.createView(entries.map(({ entryId }) => entryId));
  const vectorIndex = createEmbeddedVectorIndex(embedder.identity.dimensions);
  await vectorIndex.put(entries);
  const input = { index, view, limit: 10 };
  return {
    lexical: {
      name: "lexical",
      search: async (query) => (await hybridSearch({ ...input, query, vectors: null })).map(toAnswer),
    },
    hybrid: {
      name: "hybrid",
      async search(query) {
        const vectors = { vectorIndex, queryVector: await embedder.embedQuery(textToEmbed(query)) };
        return (await hybridSearch({ ...input, query, vectors })).map(toAnswer);
      },
    },
    expanded: {
      name: "expanded",
      async search(query, expansion) {
        const queryVector = await embedder.embedQuery(textToEmbed(query));
        const vectors = { vectorIndex, queryVector };
        if (expansion === undefined) return (await hybridSearch({ ...input, query, vectors })).map(toAnswer);
        const expandedVector = await embedder.embedQuery(textToEmbed(expandQuery(query, expansion)));
        return (await expandedSearch({ ...input, query, vectors, expansion, expandedVector })).map(toAnswer);
      },
    },
  };
}

function toAnswer({ path, startLine, endLine }: RankedChunk): Answer {
  return { path, lines: { startLine, endLine } };
}
