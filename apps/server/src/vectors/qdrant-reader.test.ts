// Searches of a Qdrant server that fails: how long it is left alone. The server is the strict one of the tests; the clock is the test's.
import { type QdrantTestServer, startQdrantTestServer } from "@outpost/testkit";
import { connectQdrant, createQdrantStore } from "@outpost/vector";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { qdrantNames } from "./qdrant-choice.ts";
import { createQdrantReaders } from "./qdrant-reader.ts";

let server: QdrantTestServer;
beforeEach(async () => {
  server = await startQdrantTestServer();
});
afterEach(async () => {
  expect(server.violations).toEqual([]);
  await server.stop();
});

const among = Int32Array.of(1);
const query = {
  ...{ vector: Float32Array.of(1, 0), among, wanted: among, terms: new Uint32Array(0) },
  ...{ pathPrefix: null, limit: 1 },
};
const asked = () => server.requests.filter((line) => line.endsWith("/query/batch")).length;

describe("searches of a qdrant server that fails", () => {
  it.each([
    { waitedMs: 0, restMs: 5_000 },
    { waitedMs: 4_000, restMs: 20_000 },
  ])("leave it alone for $restMs ms after $waitedMs ms of waiting", async ({ waitedMs, restMs }) => {
    const choice = { url: server.url, collection: "outpost", onDisk: false };
    const connection = connectQdrant({ url: server.url, maxAttempts: 1 });
    await createQdrantStore(connection, qdrantNames(choice, "one")).openGeneration(1, 2);
    let nowMs = 0;
    let stepMs = waitedMs;
    const tick = () => {
      nowMs += stepMs;
      return nowMs;
    };
    const reader = { vectorPlace: async () => ({ index: "one", generation: 1 }) };
    const open = createQdrantReaders({ choice, connection, reader, nowMs: tick, onMissing: () => {} });
    const search = () => open({ dimensions: 2, root: "checkout:rep_1" }).search(query);
    server.fail({ on: /query\/batch$/, times: 1, as: { status: 503 } });
    await expect(search()).rejects.toMatchObject({ code: "unavailable" });
    stepMs = 0;
    nowMs += restMs - 1;
    await expect(search()).rejects.toMatchObject({ code: "unavailable" });
    expect(asked()).toBe(1);
    nowMs += 1;
    expect((await search()).candidates).toEqual([]);
    expect(asked()).toBe(2);
  });

  it("say that it has lost a collection, once a minute", async () => {
    const choice = { url: server.url, collection: "outpost", onDisk: false };
    const connection = connectQdrant({ url: server.url, maxAttempts: 1 });
    const reader = { vectorPlace: async () => ({ index: "one", generation: 1 }) };
    let nowMs = 0;
    const said: number[] = [];
    const onMissing = () => void said.push(nowMs);
    const open = createQdrantReaders({ choice, connection, reader, nowMs: () => nowMs, onMissing });
    for (nowMs of [0, 59_999, 60_000]) {
      const searched = open({ dimensions: 2, root: "checkout:rep_1" }).search(query);
      await expect(searched).rejects.toMatchObject({ code: "not_found" });
    }
    expect(said).toEqual([0, 60_000]);
  });
});
