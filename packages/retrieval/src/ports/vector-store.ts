// The port of an engine that keeps vectors outside of index.db: one collection for each generation of an index, all under one name that
// leads to the one that is shown. Everything in it can be filled again from index.db. Everything rejects as `VectorIndex` does.
import type { VectorIndex } from "./vector-index.ts";

export interface StoredGeneration extends Pick<VectorIndex, "put" | "remove" | "count"> {
  /** It was not there: nothing of what was put before is in it. */
  readonly isNew: boolean;
  /** From now on the name leads to this generation; those before it go. */
  show(signal?: AbortSignal): Promise<void>;
}

export interface VectorStoreState {
  /** Of the server. */
  address: string;
  version: string;
  /** The name that searches go to. */
  name: string;
  /** The collection that the name leads to, with the chunks that it holds; null: none yet. */
  shown: { collection: string; chunks: number } | null;
}

export interface VectorStore {
  /** Makes the generation's collection where it is not there. `generation`: a number that is never given twice under this name. */
  openGeneration(generation: number, dimensions: number, signal?: AbortSignal): Promise<StoredGeneration>;
  describe(signal?: AbortSignal): Promise<VectorStoreState>;
  /** Of the shown generation, on the server. Rejects with `not_found` where there is none. */
  createSnapshot(signal?: AbortSignal): Promise<{ collection: string; name: string; bytes: number }>;
  /** Removes all generations and the name. */
  drop(signal?: AbortSignal): Promise<void>;
}

/** What of the catalog is in the vector store; a part of the catalog, so that it is kept with it. All of the generation that is open. */
export interface VectorLedger {
  /** `index` is made with the catalog and never again: another catalog at the same place has another. */
  place(): Promise<{ index: string; generation: number; dimensions: number; isShown: boolean }>;
  /** Ids of the entries of these pairs that were not sent for this repository. Pairs without an entry are left out. */
  findUnsent(repository: string, pairs: readonly { path: string; blob: string }[]): Promise<number[]>;
  /** Of the entries that views show and that were not sent for their repository: at most `limit`, of one repository. */
  nextUnsent(limit: number): Promise<{ repository: string; entryIds: number[] } | null>;
  /** The repositories that these entries were sent for, in the ids' order. */
  repositoriesOf(entryIds: readonly number[]): Promise<string[][]>;
  noteSent(repository: string, entryIds: readonly number[]): Promise<void>;
  /** Entries that were sent and are deleted since; kept until `noteGone`. At most `limit`. */
  listGone(limit: number): Promise<number[]>;
  noteGone(entryIds: readonly number[]): Promise<void>;
  /** Nothing was sent: the store has lost what it had. */
  forgetSent(): Promise<void>;
  /** Chunks of shown entries that are sent and not; and those that the store should hold. */
  counts(): Promise<{ unsentChunks: number; sentChunks: number }>;
}
