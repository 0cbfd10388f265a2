// For the tests of the adapter: an empty collection of its own on a server, and the real server that the environment names.
import { randomUUID } from "node:crypto";
import type { VectorEntry, VectorIndex } from "@outpost/retrieval";
import { ensureCollection } from "./collection.ts";
import { connectQdrant, type QdrantServer } from "./connection.ts";
import { createQdrantIndex } from "./qdrant-index.ts";

const { QDRANT_URL, QDRANT_API_KEY } = process.env;

export const realQdrant: QdrantServer | null = QDRANT_URL
  ? { url: QDRANT_URL, ...(QDRANT_API_KEY ? { apiKey: QDRANT_API_KEY } : {}) }
  : null;

export const testTermWeights = { k1: 1.5, b: 0.55, averageLength: 100 };

export async function openScratchIndex(
  server: QdrantServer,
  dimensions: number,
): Promise<{ index: VectorIndex; drop(): Promise<void> }> {
  const connection = connectQdrant({ firstDelayMs: 1, ...server });
  // With the time, so that a later run can tell what a killed one left.
  const name = `outpost-test-${Date.now()}-${randomUUID()}`;
  await ensureCollection(connection, { name, dimensions, onDisk: false });
  const index = createQdrantIndex(connection, {
    ...{ name, dimensions, tenant: "test", repository: "rep_contract", termWeights: testTermWeights },
  });
  const drop = async () => {
    await connection.ask(name, (api, init) => api.deleteCollection({ collection_name: name }, init));
  };
  return { index, drop };
}

/** Entries of one chunk, numbered from 1; the chunk's id is ten times the entry's. */
export function testEntries(count: number): VectorEntry[] {
  return Array.from({ length: count }, (_, at) => ({
    ...{ entryId: at + 1, path: `src/f${at + 1}.ts`, blob: "b".repeat(40), language: "typescript" },
    ...{ firstChunkId: (at + 1) * 10, repositories: ["rep_1"], terms: [], vectors: Int8Array.of(127, at + 1) },
    chunks: [{ startLine: 1, endLine: 2, kind: "function", symbol: "f", scope: [], definitions: [] }],
  }));
}
