// What goes wrong between Outpost and a Qdrant server: what passes is tried again, what does not is said in words that help.
import type { VectorEntry } from "@outpost/retrieval";
import { type QdrantFault, type QdrantTestServer, startQdrantTestServer } from "@outpost/testkit";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { connectQdrant, type QdrantServer } from "./connection.ts";
import { createQdrantReader } from "./qdrant-index.ts";
import { createQdrantStore } from "./qdrant-store.ts";
import { testTermWeights } from "./testing-qdrant.ts";

let server: QdrantTestServer;
beforeEach(async () => {
  server = await startQdrantTestServer({ apiKey: "right" });
});
afterEach(() => server.stop());

const options = { name: "outpost-1", tenant: "test", onDisk: true, termWeights: testTermWeights };
const storeAt = (settings: Partial<QdrantServer> = {}) =>
  createQdrantStore(connectQdrant({ url: server.url, apiKey: "right", firstDelayMs: 1, ...settings }), options);

const entry = (entryId: number, vector: number[]): VectorEntry => ({
  ...{ entryId, path: `src/f${entryId}.ts`, blob: "b".repeat(40), language: "typescript", firstChunkId: entryId * 10 },
  ...{ repositories: ["rep_1"], terms: [], vectors: Int8Array.from(vector) },
  chunks: [{ startLine: 1, endLine: 2, kind: "function", symbol: "f", scope: [], definitions: [] }],
});

const writing = /^PUT .*\/points$/;
const passing: { fault: string; as: QdrantFault["as"]; times?: number }[] = [
  { fault: "429", as: { status: 429 } },
  { fault: "429 that says when", as: { status: 429, retryAfterSeconds: 0 } },
  { fault: "500", as: { status: 500 } },
  { fault: "503", as: { status: 503 } },
  { fault: "no answer in time", as: "hang", times: 1 },
  { fault: "a connection that ends", as: "drop" },
  { fault: "a connection that ends when all was done", as: "drop-after" },
];

describe("faults of a qdrant server", () => {
  it.each(passing)("$fault in passing is not noticed", async ({ as, times = 2 }) => {
    const generation = await storeAt({ timeoutMs: 1_000 }).openGeneration(1, 2);
    server.fail({ on: writing, times, as });
    await generation.put([entry(1, [127, 0]), entry(2, [0, 127])]);
    expect(await generation.count()).toBe(2);
    expect(server.requests.filter((line) => writing.test(line))).toHaveLength(times + 1);
    expect(server.violations).toEqual([]);
  });

  it("gives up after a bounded number of tries, and says that it may be tried later", async () => {
    const generation = await storeAt({ maxAttempts: 3 }).openGeneration(1, 2);
    server.fail({ on: writing, as: { status: 500 } });
    const failed = generation.put([entry(1, [127, 0])]);
    await expect(failed).rejects.toMatchObject({ code: "unavailable", retryable: true });
    expect(server.requests.filter((line) => writing.test(line))).toHaveLength(3);
  });

  it("waits twice at most for a server that hangs", async () => {
    const generation = await storeAt({ timeoutMs: 1_000, maxAttempts: 4 }).openGeneration(1, 2);
    server.fail({ on: writing, as: "hang" });
    await expect(generation.put([entry(1, [127, 0])])).rejects.toMatchObject({ code: "timeout", retryable: true });
    expect(server.requests.filter((line) => writing.test(line))).toHaveLength(2);
  });

  it("looks once, and tries nothing in vain", async () => {
    await storeAt().openGeneration(1, 2);
    server.fail({ on: /^GET \/aliases$/, as: { status: 500 } });
    await expect(storeAt().describe()).rejects.toMatchObject({ code: "unavailable" });
    expect(server.requests.filter((line) => line === "GET /aliases")).toHaveLength(1);
  });

  it("stops trying when it is told to", async () => {
    const generation = await storeAt().openGeneration(1, 2);
    server.fail({ on: writing, as: "hang" });
    const controller = new AbortController();
    const failed = generation.put([entry(1, [127, 0])], controller.signal);
    setTimeout(() => controller.abort(new Error("enough")), 50);
    await expect(failed).rejects.toThrow("enough");
  });

  it("holds what it held when a server comes back", async () => {
    const generation = await storeAt().openGeneration(1, 2);
    await generation.put([entry(1, [127, 0])]);
    await server.stop();
    const away = storeAt({ maxAttempts: 2 });
    await expect(away.describe()).rejects.toThrow(
      /no answer from qdrant at http:\/\/127.*\(ECONNREFUSED\); is it running/,
    );
    await server.start();
    await generation.put([entry(2, [0, 127])]);
    expect(await generation.count()).toBe(2);
  });

  it.each([
    {
      name: "another key",
      settings: { apiKey: "wrong" },
      code: "unauthorized",
      says: /refused the API key \(401\); set qdrantApiKeyFile/,
    },
    {
      name: "an address that is none",
      settings: { url: "qdrant:6333" },
      code: "invalid_input",
      says: /"qdrant:6333" is no address/,
    },
  ])("says that it is $name", async ({ settings, code, says }) => {
    const opened = (async () => storeAt(settings).openGeneration(1, 2))();
    await expect(opened).rejects.toMatchObject({ code, message: expect.stringMatching(says), retryable: false });
  });

  it("says that a key is missing", async () => {
    const bare = createQdrantStore(connectQdrant({ url: server.url }), options);
    await expect(bare.describe()).rejects.toThrow(/wants an API key \(401\)/);
  });

  it("refuses a server that is too old", async () => {
    server.state.version = "1.9.7";
    const message = /is 1\.9\.7; upgrade it to 1\.12 or newer/;
    await expect(storeAt().openGeneration(1, 2)).rejects.toMatchObject({ message: expect.stringMatching(message) });
    expect(server.requests).toEqual(["GET /"]);
  });

  it("refuses a collection of vectors of another length, and leaves it", async () => {
    await (await storeAt().openGeneration(1, 2)).put([entry(1, [127, 0])]);
    const message = /"outpost-1-g1" .* has Cosine vectors of 2 numbers, not Cosine of 3; remove it/;
    await expect(storeAt().openGeneration(1, 3)).rejects.toMatchObject({
      code: "invalid_input",
      message: expect.stringMatching(message),
    });
    expect(server.state.collections.get("outpost-1-g1")?.points.size).toBe(1);
  });

  it("says which collection is missing", async () => {
    const connection = connectQdrant({ url: server.url, apiKey: "right" });
    const reader = createQdrantReader(connection, {
      name: "outpost-1",
      dimensions: 2,
      tenant: "test",
      repository: null,
    });
    const query = { vector: Float32Array.of(1, 0), among: Int32Array.of(1), wanted: new Int32Array(0), limit: 5 };
    const asked = reader.search({ ...query, terms: new Uint32Array(0), pathPrefix: null });
    await expect(asked).rejects.toMatchObject({
      code: "not_found",
      message: expect.stringMatching(/no collection "outpost-1"/),
    });
  });
});

describe("generations of a qdrant server", () => {
  it("lead one name to the shown one, and go when they are not kept", async () => {
    const store = storeAt();
    const first = await store.openGeneration(1, 2);
    expect(first.isNew).toBe(true);
    await first.put([entry(1, [127, 0])]);
    expect((await store.describe()).shown).toBeNull();
    await first.show();
    expect((await store.openGeneration(1, 2)).isNew).toBe(false);
    const second = await store.openGeneration(12, 3);
    await second.put([entry(2, [0, 0, 127])]);
    expect(await store.describe()).toMatchObject({
      version: "1.19.0",
      shown: { collection: "outpost-1-g1", chunks: 1 },
    });
    server.state.collections.set("outpost-1-gate", [...server.state.collections.values()][0] as never);
    await second.show();
    expect(server.state.collections.size).toBe(3);
    await store.keepOnly([12]);
    expect([...server.state.collections.keys()].sort()).toEqual(["outpost-1-g12", "outpost-1-gate"]);
    expect(await store.createSnapshot()).toMatchObject({
      collection: "outpost-1-g12",
      name: expect.stringContaining("g12"),
    });
    await store.drop();
    expect([...server.state.collections.keys()]).toEqual(["outpost-1-gate"]);
    expect(server.state.aliases.size).toBe(0);
    expect(server.violations).toEqual([]);
  });

  it("keep what a search is narrowed by as indexed payload", async () => {
    const generation = await storeAt().openGeneration(1, 2);
    await generation.put([{ ...entry(7, [127, 0]), path: "src/net/a.ts", repositories: ["rep_1", "rep_2"] }]);
    const collection = server.state.collections.get("outpost-1-g1");
    expect(collection?.points.get(70)?.payload).toEqual({
      ...{
        tenant: "test",
        repository: ["rep_1", "rep_2"],
        entry: 7,
        content_hash: "b".repeat(40),
        path: "src/net/a.ts",
      },
      ...{
        path_prefixes: ["src/", "src/net/"],
        language: "typescript",
        kind: "function",
        symbol: "f",
        start_line: 1,
        end_line: 2,
      },
    });
    expect(collection?.layout.vectors.dense).toMatchObject({
      ...{ on_disk: true, quantization_config: { scalar: { type: "int8", always_ram: true } } },
    });
    const inMemory = [...(collection?.indexes ?? [])].filter(([, { onDisk }]) => !onDisk).map(([field]) => field);
    expect(inMemory.sort()).toEqual(["entry", "path_prefixes", "repository", "tenant"]);
    expect(collection?.indexes.size).toBe(9);
  });
});
