// For the tests of the adapter: an empty collection of its own on a server, and the real server that the environment names.
import { randomUUID } from "node:crypto";
import type { VectorIndex } from "@outpost/retrieval";
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
