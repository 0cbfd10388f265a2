// The port of an engine that keeps vectors outside of index.db: one collection for each generation of an index, all under one name that
// leads to the latest that is complete. Everything in it can be filled again from index.db. Everything rejects as `VectorIndex` does.
import type { VectorPlace, ViewId } from "./catalog.ts";
import type { VectorIndex } from "./vector-index.ts";

export interface StoredGeneration extends Pick<VectorIndex, "put" | "count"> {
  /** Entries that are not there are ignored. */
  remove(entryIds: readonly number[], signal?: AbortSignal): Promise<void>;
  /** Chunks that are held of these entries. */
  countOf(entryIds: readonly number[], signal?: AbortSignal): Promise<number>;
  /** It was not there: nothing of what was put before is in it. */
  readonly isNew: boolean;
  /** From now on the name leads to this generation. */
  show(signal?: AbortSignal): Promise<void>;
}

export interface VectorStoreState {
  /** Of the server. */
  address: string;
  version: string;
  /** The name that leads to the latest generation. */
  name: string;
  /** The collection that the name leads to, with the chunks that it holds; null: none yet. */
  shown: { collection: string; chunks: number } | null;
}

export interface VectorStore {
  /** Makes the generation's collection where it is not there. `generation`: a number that is never given twice under this name. */
  openGeneration(generation: number, dimensions: number, signal?: AbortSignal): Promise<StoredGeneration>;
  /** Removes the generations of this index that are not named. */
  keepOnly(generations: readonly number[], signal?: AbortSignal): Promise<void>;
  describe(signal?: AbortSignal): Promise<VectorStoreState>;
  /** Of the latest generation, on the server. Rejects with `not_found` where there is none. */
  createSnapshot(signal?: AbortSignal): Promise<{ collection: string; name: string; bytes: number }>;
  /** Removes all generations and the name. */
  drop(signal?: AbortSignal): Promise<void>;
}

/** What of the catalog is in the vector store; kept with the catalog. All of the generation that is open. */
export interface VectorLedger {
  /** The generation that is open; `isLatest`: none that has anything complete is newer. `generations`: all that the catalog has. */
  place(): Promise<VectorPlace & { dimensions: number; isLatest: boolean; generations: number[] }>;
  /** Ids of the entries of these pairs that were not sent for this root view. Pairs without an entry are left out. */
  findUnsent(root: ViewId, pairs: readonly { path: string; blob: string }[]): Promise<number[]>;
  /** Of the entries that views show and that were not sent for their root view: at most `limit`, of one root. Null: none. */
  nextUnsent(limit: number): Promise<{ root: ViewId; entryIds: number[] } | null>;
  /** The root views that these entries were sent for, in the ids' order. */
  rootsOf(entryIds: readonly number[]): Promise<ViewId[][]>;
  noteSent(root: ViewId, entryIds: readonly number[]): Promise<void>;
  /** The entries made last of those that were sent, at most `limit`, and their chunks: what an older copy of the store lacks. */
  newestSent(limit: number): Promise<{ entryIds: number[]; chunks: number }>;
  /** Entries that were sent and are deleted since, until `noteGone`. At most `limit`. */
  listGone(limit: number): Promise<number[]>;
  noteGone(entryIds: readonly number[]): Promise<void>;
  /** Nothing of the open generation was sent: the store has lost what it had. */
  forgetSent(): Promise<void>;
  /** Chunks that the store should hold, and those that are shown and not sent. */
  counts(): Promise<{ sentChunks: number; unsentChunks: number }>;
}
