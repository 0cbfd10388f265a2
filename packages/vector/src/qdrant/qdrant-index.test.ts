// The Qdrant index against the contract that every vector index keeps: on the strict test server, and on a real one where QDRANT_URL names it.

import { startQdrantTestServer } from "@outpost/testkit";
import { describeVectorIndexContract } from "@outpost/testkit/contracts";
import { afterAll, describe, it } from "vitest";
import { openScratchIndex, realQdrant } from "./testing-qdrant.ts";

describeVectorIndexContract("qdrant, the strict test server", async (dimensions) => {
  const server = await startQdrantTestServer({ apiKey: "secret" });
  const { index } = await openScratchIndex({ url: server.url, apiKey: "secret" }, dimensions);
  return {
    index,
    async close() {
      await server.stop();
      if (server.violations.length > 0) throw new Error(server.violations.join("\n"));
    },
  };
});

const remove: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const drop of remove) await drop();
});

if (realQdrant !== null) {
  const server = realQdrant;
  describeVectorIndexContract(`qdrant at ${server.url}`, async (dimensions) => {
    const { index, drop } = await openScratchIndex(server, dimensions);
    remove.push(drop);
    return { index, close: async () => {} };
  });
} else {
  describe("qdrant, a real server", () => {
    it.skip("keeps the 13 cases of the contract [needs QDRANT_URL]", () => {});
  });
}
