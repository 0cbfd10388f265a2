// A Qdrant server kept in step with a catalog on disk: what is sent before a view flips, what is left for later, and that every sort of
// interruption ends with the server holding exactly what the catalog shows.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createVectorSync, type VectorSync } from "@outpost/indexer";
import type { CatalogReader, IndexIdentity, ViewChange } from "@outpost/retrieval";
import { openSqliteCatalogReader, openSqliteCatalogWriter, type SqliteCatalog } from "@outpost/store";
import { type QdrantTestServer, startQdrantTestServer } from "@outpost/testkit";
import { connectQdrant, createQdrantStore } from "@outpost/vector";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { qdrantNames, repositoryOf } from "./qdrant-choice.ts";

const identity: IndexIdentity = { embedder: "test/one@1", dimensions: 2, chunker: "c", filePolicy: "p" };
const home = "checkout:rep_home";

let directory: string;
let server: QdrantTestServer;
let catalog: SqliteCatalog;
let reader: CatalogReader;
let sync: VectorSync;
let nowMs = 0;
/** What passes between two looks at the clock. */
let stepMs = 0;

beforeEach(async () => {
  nowMs = 0;
  directory = await mkdtemp(join(tmpdir(), "vector-sync-"));
  server = await startQdrantTestServer();
  await open();
});
afterEach(async () => {
  await close();
  expect(server.violations).toEqual([]);
  await server.stop();
  await rm(directory, { recursive: true });
});

async function open(wanted = identity): Promise<void> {
  const path = join(directory, "index.db");
  catalog = await openSqliteCatalogWriter({ path });
  await catalog.open(wanted);
  reader = await openSqliteCatalogReader({ path });
  const connection = connectQdrant({ url: server.url, firstDelayMs: 1, maxAttempts: 2, timeoutMs: 2_000 });
  const choice = { url: server.url, collection: "outpost", onDisk: false };
  const openStore = (index: string) => createQdrantStore(connection, qdrantNames(choice, index));
  sync = createVectorSync({ catalog, ledger: catalog.ledger, reader, openStore, repositoryOf, nowMs: tick });
}

function tick(): number {
  nowMs += stepMs;
  return nowMs;
}

async function close(): Promise<void> {
  await catalog.close();
  await reader.close();
}

/** As after a kill: nothing but what is on disk. */
async function restart(wanted?: IndexIdentity): Promise<void> {
  await close();
  await open(wanted);
}

/** Files of one chunk; `through` is the catalog that the indexer writes. */
async function show(files: Record<string, string>, more: Partial<ViewChange> = {}, dimensions = 2): Promise<void> {
  const set = Object.entries(files).map(([path, blob]) => ({ path, blob }));
  const chunk = { startLine: 1, endLine: 1, kind: "block", symbol: null, scope: [], definitions: [] };
  await sync.catalog.putEntries(
    set.map(({ path, blob }) => ({
      parsed: { blob, language: "text", text: blob, chunks: [chunk], hasParseErrors: false },
      entry: {
        ...{ path, blob, terms: [{ hashes: Uint32Array.of(path.length), frequencies: Uint8Array.of(1) }] },
        vectors: [new Int8Array(dimensions).fill(blob.length)],
      },
    })),
  );
  await sync.catalog.changeView({
    ...{
      viewId: home,
      base: null,
      replace: true,
      set,
      removed: [],
      skipped: [],
      complete: true,
      commit: null,
      nowMs: 1,
    },
    ...more,
  });
}

/** path:blob → repositories, of all points that the alias leads to. */
function held(): Record<string, unknown> {
  const [alias = ""] = server.state.aliases.values();
  const points = [...(server.state.collections.get(alias)?.points.values() ?? [])];
  return Object.fromEntries(
    points.map(({ payload }) => [`${payload?.["path"]}:${payload?.["content_hash"]}`, payload?.["repository"]]),
  );
}

const many = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, at) => [`f${at}.py`, `blob${at}`]));
const upserts = () => server.requests.filter((line) => /^PUT .*\/points$/.test(line)).length;

describe("a qdrant server beside a catalog", () => {
  it("holds what views show before they flip, each entry once, with the repositories that show it", async () => {
    await show({ "a.py": "one", "b.py": "two" });
    const home1 = ["rep_home"];
    expect(held()).toEqual({ "a.py:one": home1, "b.py:two": home1 });
    await show({ "b.py": "three" }, { viewId: "run:run_1", base: home, replace: false });
    await show({ "a.py": "one" }, { viewId: "checkout:rep_else" });
    expect(held()).toEqual({ "a.py:one": ["rep_else", "rep_home"], "b.py:two": home1, "b.py:three": home1 });
    const before = upserts();
    await show({ "a.py": "one", "b.py": "two" });
    expect(upserts()).toBe(before);
    await sync.catalog.removeView("run:run_1");
    await sync.catalog.collectOrphans(100);
    expect(Object.keys(held()).sort()).toEqual(["a.py:one", "b.py:two"]);
    expect(await sync.counts()).toEqual({ sentChunks: 2, unsentChunks: 0 });
  });

  it("is filled later when it was away, and the view flipped all the same", async () => {
    await show({ "a.py": "one" });
    await server.stop();
    await show({ "a.py": "one", "b.py": "two" });
    expect((await reader.view(home))?.files).toBe(2);
    expect(sync.problem()?.message).toMatch(/no answer from qdrant/);
    expect(await sync.counts()).toEqual({ sentChunks: 1, unsentChunks: 1 });
    await show({ "b.py": "two" });
    await sync.catalog.collectOrphans(100);
    await server.start();
    await restart();
    await sync.sendAll(() => {});
    expect(Object.keys(held())).toEqual(["b.py:two"]);
    expect(sync.problem()).toBeNull();
  });

  it("is left alone for a while after it did not answer, and sent to again then", async () => {
    server.fail({ on: /points$/, as: { status: 500 } });
    await show({ "a.py": "one" });
    const asked = server.requests.length;
    await show({ "a.py": "one", "b.py": "two" });
    expect(server.requests).toHaveLength(asked);
    server.mend();
    nowMs += 60_000;
    await show({ "b.py": "two" });
    expect(Object.keys(held())).toEqual(["b.py:two"]);
  });

  it("is left alone for five times as long as it held an index up", async () => {
    server.fail({ on: /points$/, as: { status: 500 } });
    stepMs = 60_000;
    await show({ "a.py": "one" });
    stepMs = 0;
    server.mend();
    // It began at 60 s and was given up at 120 s.
    nowMs = 120_000 + 299_999;
    await show({ "a.py": "one", "b.py": "two" });
    expect(held()).toEqual({});
    nowMs += 1;
    await show({ "b.py": "two" });
    expect(Object.keys(held())).toEqual(["b.py:two"]);
  });

  it.each([
    { how: "ends the connection", as: "drop" as const },
    { how: "ends it when all was done", as: "drop-after" as const },
    { how: "says 429", as: { status: 429 } },
    { how: "says 500", as: { status: 500 } },
  ])("goes on in the middle when the server $how during a move", async ({ as }) => {
    server.fail({ on: /^PUT/, as: { status: 503 } });
    await show(many(200));
    server.mend();
    nowMs += 60_000;
    expect(await sync.counts()).toEqual({ sentChunks: 0, unsentChunks: 200 });
    server.fail({ on: /^PUT .*\/points$/, skip: 2, as });
    const progress: number[] = [];
    await expect(sync.sendAll(({ sentChunks }) => progress.push(sentChunks))).rejects.toMatchObject({
      retryable: true,
    });
    const { sentChunks } = await sync.counts();
    expect(sentChunks).toBe(128);
    server.mend();
    await restart();
    const before = upserts();
    expect(await sync.sendAll(({ sentChunks: sent }) => progress.push(sent))).toEqual({
      sentChunks: 200,
      unsentChunks: 0,
    });
    expect(upserts() - before).toBe(2);
    expect(Object.keys(held())).toHaveLength(200);
    expect(progress).toEqual([0, 128, 200]);
  });

  it("is filled anew when it lost what it had, from the catalog", async () => {
    await show(many(3));
    server.wipe();
    await restart();
    expect(await sync.sendAll(() => {})).toEqual({ sentChunks: 3, unsentChunks: 0 });
    expect(Object.keys(held())).toHaveLength(3);
    const [collection] = server.state.collections.values();
    collection?.points.delete([...collection.points.keys()][0] ?? 0);
    await restart();
    await sync.sendAll(() => {});
    expect(Object.keys(held())).toHaveLength(3);
  });

  it("is filled anew when it is an older copy of itself, though it holds as many chunks", async () => {
    await show(many(3));
    const collection = [...server.state.collections.values()][0];
    const older = new Map(collection?.points);
    await show({ ...many(2), "f2.py": "changed" });
    await sync.catalog.collectOrphans(100);
    expect(collection?.points.size).toBe(older.size);
    collection?.points.clear();
    for (const [id, point] of older) collection?.points.set(id, point);
    await restart();
    expect(await sync.sendAll(() => {})).toEqual({ sentChunks: 3, unsentChunks: 0 });
    expect(Object.keys(held())).toContain("f2.py:changed");
  });

  it("is filled anew when it is asked for, without a restart and with nothing to send", async () => {
    await show(many(3));
    server.wipe();
    expect(await sync.sendAll(() => {})).toEqual({ sentChunks: 3, unsentChunks: 0 });
    expect(Object.keys(held())).toHaveLength(3);
    expect(server.state.aliases.size).toBe(1);
  });

  it("has a collection for another identity, which is shown when its first view is complete", async () => {
    await show({ "a.py": "one", "b.py": "two" });
    const [old] = server.state.aliases.values();
    await restart({ ...identity, embedder: "test/two@1", dimensions: 3 });
    await show({ "a.py": "one" }, { complete: false }, 3);
    expect([...server.state.aliases.values()]).toEqual([old]);
    expect(server.state.collections.size).toBe(2);
    await show({ "a.py": "one" }, {}, 3);
    expect([...server.state.aliases.values()]).not.toEqual([old]);
    expect(server.state.collections.size).toBe(1);
    expect(held()).toEqual({ "a.py:one": ["rep_home"] });
    await sync.catalog.collectOrphans(100);
    expect(await sync.counts()).toEqual({ sentChunks: 1, unsentChunks: 0 });
  });

  it("is never taken for the engine of another catalog at the same place", async () => {
    await show({ "a.py": "one" });
    const first = (await reader.vectorPlace(home))?.index;
    await close();
    for (const ending of ["", "-wal", "-shm"]) await rm(join(directory, `index.db${ending}`), { force: true });
    await open();
    await show({ "a.py": "other" });
    expect((await reader.vectorPlace(home))?.index).not.toBe(first);
    expect(server.state.aliases.size).toBe(2);
  });

  it("holds nothing when it was dropped", async () => {
    await show({ "a.py": "one" });
    await sync.drop();
    expect(server.state.collections.size).toBe(0);
    expect(await sync.counts()).toEqual({ sentChunks: 0, unsentChunks: 1 });
  });
});
