// What a Qdrant server takes and gives at once, and what becomes of more.
import { createQdrantTestServers, type QdrantFault, type QdrantTestServer } from "@outpost/testkit";
import { afterEach, describe, expect, it } from "vitest";
import { connectQdrant } from "./connection.ts";
import { createQdrantReader } from "./qdrant-index.ts";
import { createQdrantStore } from "./qdrant-store.ts";
import { testEntries, testTermWeights } from "./testing-qdrant.ts";

const { startServer, stopServers } = createQdrantTestServers();
afterEach(stopServers);

const options = { name: "outpost-1", tenant: "test", onDisk: false, termWeights: testTermWeights };
const storeAt = ({ url }: { url: string }) =>
  createQdrantStore(connectQdrant({ firstDelayMs: 1, maxAttempts: 3, url }), options);
const writes = (server: QdrantTestServer) => server.requests.filter((line) => /^PUT .*\/points$/.test(line)).length;

describe("too much at once for a qdrant server", () => {
  const halving: { what: string; as: QdrantFault["as"] }[] = [
    { what: "a proxy's limit of bytes", as: { status: 413, says: "Request Entity Too Large" } },
    {
      what: "its limit of points",
      as: { status: 400, says: 'Bad request: Limit exceeded 8 > 4 for "upsert limit". Help: Reduce it.' },
    },
    {
      what: "its rate of points",
      as: {
        status: 429,
        says: "Rate limiting exceeded: Write rate limit exceeded, request larger than rate limiter capacity, please try to split your request",
      },
    },
  ];
  it.each(halving)("is sent in halves: $what", async ({ as }) => {
    const server = await startServer();
    const generation = await storeAt({ url: server.url }).openGeneration(1, 2);
    server.fail({ on: /^PUT .*\/points$/, times: 3, as });
    await generation.put(testEntries(8));
    expect(await generation.count()).toBe(8);
    // 8, 4, 2 are refused; then 1, 1, 2, 4.
    expect(writes(server)).toBe(7);
    expect(server.violations).toEqual([]);
  });

  it("is sent in halves where the server takes fewer bytes", async () => {
    const server = await startServer({ maxRequestBytes: 2_000 });
    const generation = await storeAt({ url: server.url }).openGeneration(1, 2);
    await generation.put(testEntries(20));
    expect(await generation.count()).toBe(20);
    expect(server.violations).toEqual([]);
  });

  it("is said of a single point", async () => {
    const server = await startServer({ maxRequestBytes: 200 });
    const connection = connectQdrant({ url: server.url, maxAttempts: 1 });
    const path = { collection_name: "x" };
    const asked = connection.ask("collection", (api, init) =>
      api.createCollection({ ...path, vectors: { ["d".repeat(300)]: { size: 2, distance: "Cosine" } } }, init),
    );
    await expect(asked).rejects.toMatchObject({
      code: "limit_exceeded",
      message: expect.stringMatching(/too much at once .*\(400: JSON payload \(\d+ bytes\) is larger than allowed/),
    });
  });
});

describe("a limit on what a qdrant server gives at once", () => {
  it("costs the candidates beyond it, not all of them", async () => {
    const server = await startServer();
    await (await storeAt({ url: server.url }).openGeneration(1, 2)).put(testEntries(9));
    const connection = connectQdrant({ url: server.url, maxAttempts: 1 });
    const index = { name: "outpost-1-g1", dimensions: 2, tenant: "test", repository: null };
    // The best by cosine are not in the view, so that more are asked for.
    const among = Int32Array.of(80, 90);
    const query = { vector: Float32Array.of(1, 0), among, wanted: Int32Array.of(90), terms: new Uint32Array(0) };
    const says = 'Bad request: Limit exceeded 4 > 2 for "limit". Help: Reduce the "limit" parameter to or below 2.';
    server.fail({ on: /query\/batch$/, skip: 1, as: { status: 400, says } });
    const found = await createQdrantReader(connection, index).search({ ...query, pathPrefix: null, limit: 1 });
    expect(found.candidates.map(({ chunkId }) => chunkId)).toEqual([80, 90]);
    expect(server.requests.filter((line) => line.endsWith("/query/batch"))).toHaveLength(2);
  });
});
