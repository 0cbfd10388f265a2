// Data for the catalog's contract: parsed blobs and entries that are made from a few words, and changes of views with defaults.
import type {
  BlobOutline,
  CatalogWriter,
  ChunkTerms,
  EntryRecord,
  IndexIdentity,
  ParsedBlob,
  ViewChange,
} from "@outpost/retrieval";

export const identity: IndexIdentity = { embedder: "static/one", dimensions: 4, chunker: "c1", filePolicy: "p1" };
export const otherIdentity: IndexIdentity = { ...identity, embedder: "static/two", dimensions: 2 };

export const checkout = "checkout:rep_1";
export const run = "run:run_1";

export interface StoredFile {
  parsed: ParsedBlob;
  entry: EntryRecord;
}

export interface FileOptions {
  chunks?: number;
  language?: string;
  dimensions?: number;
}

/** A file of two lines a chunk. The numbers follow from path and blob, so that mixing two files up shows. */
export function sampleFile(path: string, blob: string, options: FileOptions = {}): StoredFile {
  const { chunks = 2, language = "python", dimensions = identity.dimensions } = options;
  const indices = Array.from({ length: chunks }, (_, index) => index);
  const parsed: ParsedBlob = {
    blob,
    language,
    text: indices.map((index) => `def ${blob}_${index}():\n    return "ä${index}"\n`).join(""),
    chunks: indices.map((index) => ({
      startLine: index * 2 + 1,
      endLine: index * 2 + 2,
      kind: "function",
      symbol: index === 0 ? null : `${blob}_${index}`,
      scope: index === 0 ? [] : ["outer", "inner"],
      definitions: [`${blob}_${index}`],
    })),
    hasParseErrors: chunks === 3,
    ...(chunks === 0 ? {} : { outline: sampleOutline(blob, chunks) }),
  };
  const seed = [...`${path}:${blob}`].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) >>> 0, 7);
  const terms = indices.map((index) => sampleTerms(seed, index));
  const vectors = indices.map((index) =>
    Int8Array.from({ length: dimensions }, (_, at) => seed + index * 50 + at - 128),
  );
  return { parsed, entry: { path, blob, terms, vectors } };
}

export function sampleOutline(blob: string, chunks: number): BlobOutline {
  const symbols = Array.from({ length: chunks }, (_, index) => {
    const line = index * 2 + 1;
    const container = index === 0 ? "" : "outer.inner";
    return { name: `${blob}_${index}`, kind: "function", line, startLine: line, endLine: line + 1, container };
  });
  return { symbols, names: ["ä", ...symbols.map(({ name }) => name)], counts: [7, ...symbols.map(() => 1)] };
}

/** The first chunk has no terms at all. */
function sampleTerms(seed: number, index: number): ChunkTerms {
  return {
    hashes: Uint32Array.from({ length: index * 3 }, (_, at) => seed * (at + 1) + index),
    frequencies: Uint8Array.from({ length: index * 3 }, (_, at) => (at === 0 ? 255 : at)),
  };
}

export async function put(writer: CatalogWriter, ...files: StoredFile[]): Promise<void> {
  await writer.putEntries(files);
}

export function viewChange(values: Partial<ViewChange> = {}): ViewChange {
  return {
    viewId: checkout,
    base: null,
    replace: false,
    set: [],
    removed: [],
    skipped: [],
    complete: true,
    commit: null,
    nowMs: 1_000,
    ...values,
  };
}

/** Stores the files and shows exactly them. `files`: path → blob. */
export async function showFiles(
  writer: CatalogWriter,
  files: Record<string, string>,
  values: Partial<ViewChange> & FileOptions = {},
): Promise<void> {
  const { chunks, language, dimensions, ...change } = values;
  const options = Object.fromEntries(
    Object.entries({ chunks, language, dimensions }).filter(([, value]) => value !== undefined),
  );
  const set = Object.entries(files).map(([path, blob]) => ({ path, blob }));
  await put(writer, ...set.map(({ path, blob }) => sampleFile(path, blob, options)));
  await writer.changeView(viewChange({ replace: true, set, ...change }));
}
