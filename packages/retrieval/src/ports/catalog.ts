// The port of index.db: blobs and their chunks, once; entries (a blob at a path) with their vectors; views (path → entry).
// The indexer's process is the only writer; the server only reads. Rebuildable, never precious.
import type { SkipReason } from "@outpost/protocol";

/** A contiguous line range of one blob. Every line of a blob is in exactly one chunk. */
export interface Chunk {
  /** 1-based, inclusive. */
  startLine: number;
  endLine: number;
  /** `function`, `method`, `class`, `section`, `block`, `window` … */
  kind: string;
  /** The definition the chunk is, or the first it holds. */
  symbol: string | null;
  /** Names of what encloses it, outermost first. */
  scope: string[];
  /** Names that are defined in it. */
  definitions: string[];
}

/** A definition, for the table of symbols. Lines are 1-based and inclusive. */
export interface BlobSymbol {
  name: string;
  kind: string;
  /** Where the name stands. */
  line: number;
  startLine: number;
  /** The last line of the definition; where it was found by the shape of its line, that line. */
  endLine: number;
  /** Names of what encloses it, outermost first, joined with "."; "" at the top. */
  container: string;
}

/** The names in a blob: what it defines, in the order of the text, and which names its code uses how often, definitions included. */
export interface BlobOutline {
  symbols: BlobSymbol[];
  names: string[];
  /** Parallel to `names`. */
  counts: number[];
}

/** What parsing made of one blob. Depends on the bytes, the language and the chunker's version only. */
export interface ParsedBlob {
  blob: string;
  language: string;
  text: string;
  chunks: Chunk[];
  /** Whether the parser met errors; the chunks are sound all the same. */
  hasParseErrors: boolean;
  /** Absent: nothing is known of its names. */
  outline?: BlobOutline;
}

/**
 * The lexical terms of one chunk of an entry: parallel arrays, a 32-bit hash of each distinct term and its weighted frequency
 * (path, definition and scope terms included), so that no vocabulary need be kept.
 */
export interface ChunkTerms {
  hashes: Uint32Array;
  /** Frequency × 1, capped at 255. */
  frequencies: Uint8Array;
}

/** One version of a path, to take vectors of unchanged chunks from. */
export interface EmbeddedBlob {
  text: string;
  chunks: Chunk[];
  /** chunks.length × dimensions, int8. */
  vectors: Int8Array;
}

/** A blob at a path: what is searched. Vectors and terms depend on both. */
export interface EntryRecord {
  path: string;
  blob: string;
  /** One per chunk, in the chunks' order. */
  terms: ChunkTerms[];
  /** int8 vectors, one per chunk; only their direction counts. */
  vectors: Int8Array[];
}

/** Identity of what an index holds. Another one is another generation; nothing is mixed. */
export interface IndexIdentity {
  embedder: string;
  dimensions: number;
  chunker: string;
  filePolicy: string;
}

export interface SkippedFile {
  path: string;
  blob: string;
  reason: SkipReason;
  detail: string;
}

/** Names a set of paths that can be searched: "checkout:rep_…", "run:run_…". */
export type ViewId = string;

export interface ViewSummary {
  viewId: ViewId;
  /** The view that this one is a delta of. */
  base: ViewId | null;
  /** Grows with every change of the view; a replacement by what is shown already is none. */
  version: number;
  /** False while a first index is still under way. */
  complete: boolean;
  files: number;
  chunks: number;
  indexedAtMs: number;
  commit: string | null;
}

/** A change of a view: paths that now show this blob, and paths that are gone. */
export interface ViewChange {
  viewId: ViewId;
  base: ViewId | null;
  /** Whether `set` is all of the view (paths not in it are removed). */
  replace: boolean;
  set: { path: string; blob: string }[];
  removed: string[];
  skipped: SkippedFile[];
  complete: boolean;
  commit: string | null;
  nowMs: number;
}

export interface CatalogWriter {
  /** Opens the generation of this identity, making it when it is not there. */
  open(identity: IndexIdentity): Promise<void>;
  /** Of these pairs, those without an entry. What an interrupted index stored is found here: resuming is asking again. */
  findMissing(pairs: readonly { path: string; blob: string }[]): Promise<{ path: string; blob: string }[]>;
  /** Of these, the blobs and the paths of which anything is stored: `findParsedBlob` and `findEmbedded` find nothing of the others. */
  findStored(pairs: readonly { path: string; blob: string }[]): Promise<{ blobs: string[]; paths: string[] }>;
  /** The parsed blob if it is stored: another path showed it, or another embedder's index did whose chunker is the same. */
  findParsedBlob(blob: string, language: string): Promise<ParsedBlob | undefined>;
  /** What is stored of this path with vectors of the same embedder, whatever the chunker; latest first, at most `limit`. */
  findEmbedded(path: string, limit: number): Promise<EmbeddedBlob[]>;
  /** Stores blobs and entries in one transaction. Storing one again changes nothing. */
  putEntries(batch: readonly { parsed: ParsedBlob; entry: EntryRecord }[]): Promise<void>;
  /**
   * Puts entries in the place of those that are stored of the same paths and blobs, in one transaction: every view that showed the old
   * one shows the new one. One that is not stored is left out.
   */
  replaceEntries(batch: readonly { parsed: ParsedBlob; entry: EntryRecord }[]): Promise<void>;
  /** In one transaction; vectors and entries must be there already (`conflict` otherwise). A reader sees the view before or after. */
  changeView(change: ViewChange): Promise<ViewSummary>;
  /** What the view's own part shows, path → blob, and what it leaves out. Nothing of a view that is not in the open generation. */
  shownFiles(viewId: ViewId): Promise<{ blobs: Map<string, string>; skipped: SkippedFile[] }>;
  /** Of these paths, those that the view's own part shows, with the blob of each. */
  shownBlobs(viewId: ViewId, paths: readonly string[]): Promise<Map<string, string>>;
  removeView(viewId: ViewId): Promise<void>;
  /** Entries and blobs that no view shows are deleted; at most `limit` entries a call. Returns how many went. */
  collectOrphans(limit: number): Promise<number>;
  loadStatCache(viewId: ViewId): Promise<import("./source-tree.ts").StatCache>;
  saveStatCache(viewId: ViewId, cache: import("./source-tree.ts").StatCache): Promise<void>;
  close(): Promise<void>;
}

/** A chunk of an entry, as loaded for searching. `id` is stable while the entry lives. */
export interface LoadedEntry {
  entryId: number;
  path: string;
  blob: string;
  language: string;
  firstChunkId: number;
  chunks: Chunk[];
  terms: ChunkTerms[];
  /** chunks.length × dimensions, int8. */
  vectors: Int8Array;
}

/** Names what a vector engine outside holds of a catalog. */
export interface VectorPlace {
  /** Made with the catalog and never again: another catalog at the same place has another. */
  index: string;
  /** Never given twice in one catalog. */
  generation: number;
}

/** What is known of the names of an entry. */
export interface LoadedOutline extends BlobOutline {
  entryId: number;
  path: string;
  blob: string;
  language: string;
}

/** Of a view, and of the base of a delta. */
export interface ViewVersions {
  version: number;
  baseVersion: number | null;
}

/** What became of a view since it had other versions. */
export interface ViewDifference {
  /** path → id of the entry that it shows there now, its base's included; null for none. Paths that show what they showed may be among them. */
  entries: Map<string, number | null>;
  /** Of all the view and what it shows of its base. */
  skippedFiles: number;
}

export interface CatalogReader {
  /** Of what the view is shown out of; without a view, of the latest index that is complete. Null when there is none. */
  identity(viewId?: ViewId): Promise<IndexIdentity | null>;
  /** Where a vector engine outside has what the view is shown out of; null where there is no such view. */
  vectorPlace(viewId: ViewId): Promise<VectorPlace | null>;
  view(viewId: ViewId): Promise<ViewSummary | null>;
  /** path → entry id of the view's own part (without its base); paths the delta removes have null. */
  viewEntries(viewId: ViewId): Promise<Map<string, number | null>>;
  /** Null where that is not known any more, or is so much that all of the view is read faster. */
  viewChanges(viewId: ViewId, since: ViewVersions): Promise<ViewDifference | null>;
  /** Entries by id; those that are gone are left out. */
  loadEntries(entryIds: readonly number[]): Promise<LoadedEntry[]>;
  /** The names of entries by id; those that are gone are left out, those of which nothing is known have none. */
  loadOutlines(entryIds: readonly number[]): Promise<LoadedOutline[]>;
  /** The lines of a blob, 1-based inclusive; the whole when no range is given. */
  readText(blob: string, range?: { startLine: number; endLine: number }): Promise<string>;
  skipped(viewId: ViewId): Promise<SkippedFile[]>;
  /** Bytes on disk. */
  sizeBytes(): Promise<number>;
  close(): Promise<void>;
}
