// The indexer's work on the vector engine outside, by request.

import type { VectorSync } from "@outpost/indexer";
import { isOutpostError, OutpostError } from "@outpost/protocol";
import type { VectorStoreState } from "@outpost/retrieval";
import type { VectorReport } from "./messages.ts";

export interface VectorJobs {
  sendVectors(signal: AbortSignal): Promise<VectorReport>;
  describeVectors(signal: AbortSignal): Promise<{ report: VectorReport; state: VectorStoreState | null }>;
  snapshotVectors(signal: AbortSignal): Promise<{ collection: string; name: string; bytes: number }>;
  dropVectors(signal: AbortSignal): Promise<VectorReport>;
}

/** `sync`: null where the configuration names no engine outside; everything is `invalid_input` then. */
export function createVectorJobs(
  sync: VectorSync | null,
  onProgress: (progress: { sentChunks: number; unsentChunks: number }) => void,
): VectorJobs {
  function wanted(): VectorSync {
    if (sync !== null) return sync;
    throw new OutpostError("invalid_input", "the configuration names no qdrant server; set qdrantUrl");
  }
  return {
    async sendVectors(signal) {
      await wanted().sendAll(onProgress, signal);
      return reportOf(wanted());
    },
    async describeVectors(signal) {
      try {
        const state = await (await wanted().store()).describe(signal);
        return { report: await reportOf(wanted()), state };
      } catch (error) {
        if (!isOutpostError(error) || sync === null) throw error;
        return { report: { ...(await reportOf(sync)), problem: error.message }, state: null };
      }
    },
    snapshotVectors: async (signal) => (await wanted().store()).createSnapshot(signal),
    async dropVectors(signal) {
      await wanted().drop(signal);
      return reportOf(wanted());
    },
  };
}

export async function reportOf(sync: VectorSync): Promise<VectorReport> {
  return { ...(await sync.counts()), problem: sync.problem()?.message ?? null };
}
