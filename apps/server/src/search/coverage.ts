// What an answer covers (promise 7), from the view that was searched and from what the indexer's supervisor knows of it.
import type { Coverage, Freshness } from "@outpost/protocol";
import type { LoadedView } from "./loaded-repository.ts";

export interface IndexingState {
  /** Of the last or present attempt to index. */
  state: "idle" | "indexing" | "failed";
  /** Paths known to differ from what is indexed. */
  staleFiles: number;
  freshness: Freshness;
}

export function describeCoverage(view: LoadedView | null, indexing: IndexingState = idle): Coverage {
  const { state, staleFiles, freshness } = indexing;
  if (view === null) {
    const nothing = { files: 0, chunks: 0, skippedFiles: 0, indexedAtMs: null, staleFiles, freshness, notes: [] };
    return { state: state === "idle" ? "absent" : state, ...nothing };
  }
  const { files, chunks } = view.searchView;
  return {
    // What is there stays searchable while a later change is indexed: that is `ready`, with stale files.
    state: state === "failed" ? "failed" : view.isComplete ? "ready" : "indexing",
    ...{ files, chunks, skippedFiles: view.skippedFiles, indexedAtMs: view.indexedAtMs, staleFiles, freshness },
    notes: [],
  };
}

const idle: IndexingState = { state: "idle", staleFiles: 0, freshness: "on_request" };
