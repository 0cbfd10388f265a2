import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { OutpostError } from "@outpost/protocol";
import {
  type CatalogReader,
  type CatalogWriter,
  type Embedder,
  extractTerms,
  type IndexIdentity,
  type VectorIndex,
  type ViewChange,
} from "@outpost/retrieval";
import { openSqliteCatalogReader, openSqliteCatalogWriter } from "@outpost/store";
import { createEmbeddedVectorIndex } from "@outpost/vector";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createSearchService, type SearchService, type SearchServiceOptions } from "./search-service.ts";

const checkout = "checkout:rep_1";
const run = "run:run_1";

/** Four axes; a text lies on the axis of the first of these words that it holds. */
const axes = ["retry", "colour", "socket", "parse"];
const embedder: Embedder = {
  identity: { name: "test/axes", revision: "1", dimensions: 4 },
  embedDocuments: async (inputs) => inputs.map(({ text }) => onAxis(text)),
  embedQuery: async (text) => onAxis(text),
};

function onAxis(text: string): Float32Array {
  const synonyms = text.replaceAll("again", "retry").replaceAll("paint", "colour");
  const axis = axes.findIndex((word) => synonyms.includes(word));
  return Float32Array.from(axes, (_, index) => (index === axis ? 1 : 0));
}

let directory: string;
let writer: CatalogWriter;
let reader: CatalogReader;
let services: SearchService[];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "search-service-"));
  const path = join(directory, "index.db");
  writer = await openSqliteCatalogWriter({ path });
  await writer.open(identity("test/axes@1"));
  reader = await openSqliteCatalogReader({ path });
  services = [];
});

afterEach(async () => {
  for (const service of services) await service.close();
  await writer.close();
  await rm(directory, { recursive: true });
});

const inMemory = (index: VectorIndex) => ({ reader: index, memory: index });

function identity(embedderKey: string): IndexIdentity {
  return { embedder: embedderKey, dimensions: 4, chunker: "test", filePolicy: "test" };
}

function openService(options: Partial<SearchServiceOptions> = {}): SearchService {
  const service = createSearchService({
    openReader: () => reader,
    embedder,
    openVectors: ({ dimensions }) => inMemory(createEmbeddedVectorIndex(dimensions)),
    ...options,
  });
  services.push(service);
  return service;
}

/** One chunk per file; the blob is the text. */
async function put(files: Record<string, string>): Promise<{ path: string; blob: string }[]> {
  const pairs: { path: string; blob: string }[] = [];
  for (const [path, text] of Object.entries(files)) {
    const blob = Buffer.from(text).toString("hex").padEnd(40, "0").slice(0, 40);
    const chunk = {
      startLine: 1,
      endLine: text.split("\n").length,
      kind: "block",
      symbol: null,
      scope: [],
      definitions: [],
    };
    const [vector = new Float32Array(4)] = await embedder.embedDocuments([{ path, symbol: null, text }]);
    const entry = {
      path,
      blob,
      terms: [extractTerms({ path, chunk, text })],
      vectors: [Int8Array.from(vector, (value) => value * 127)],
    };
    await writer.putEntries([
      { parsed: { blob, language: "text", text, chunks: [chunk], hasParseErrors: false }, entry },
    ]);
    pairs.push({ path, blob });
  }
  return pairs;
}

async function change(viewId: string, files: Record<string, string>, more: Partial<ViewChange> = {}): Promise<void> {
  const base = viewId === run ? checkout : null;
  const set = await put(files);
  await writer.changeView({
    ...{ viewId, base, replace: base === null, set, removed: [], skipped: [], complete: true, commit: null, nowMs: 5 },
    ...more,
  });
}

async function paths(service: SearchService, query: string, viewId = checkout, pathPrefix?: string): Promise<string[]> {
  const { hits } = await service.search({ viewId, query, limit: 10, ...(pathPrefix ? { pathPrefix } : {}) });
  return hits.map(({ path }) => path);
}

describe("search service", () => {
  it("finds by words and by meaning, with the text and its reasons", async () => {
    await change(checkout, {
      "net/backoff.ts": "retry with delay\nbetween attempts",
      "ui/theme.ts": "colour of buttons",
    });
    const service = openService();
    const { hits, coverage, tookMs } = await service.search({ viewId: checkout, query: "delay", limit: 10 });
    expect(hits).toMatchObject([
      {
        path: "net/backoff.ts",
        startLine: 1,
        endLine: 2,
        language: "text",
        text: "retry with delay\nbetween attempts",
      },
    ]);
    expect(hits[0]?.reasons[0]).toMatchObject({ signal: "lexical", detail: "delay" });
    expect(coverage).toEqual({
      state: "ready",
      files: 2,
      chunks: 2,
      skippedFiles: 0,
      indexedAtMs: 5,
      staleFiles: 0,
      notes: [],
      freshness: "on_request",
    });
    expect(tookMs).toBeGreaterThan(0);
    expect(await paths(service, "paint")).toEqual(["ui/theme.ts"]);
  });

  it("says how long the index took to be in memory: the first search waits for it, the next does not", async () => {
    await change(checkout, { "a.ts": "retry" });
    vi.useFakeTimers({ toFake: ["performance"] });
    try {
      const loadEntries: CatalogReader["loadEntries"] = (ids) => {
        vi.advanceTimersByTime(5000);
        return reader.loadEntries(ids);
      };
      const embedQuery: Embedder["embedQuery"] = (text) => {
        vi.advanceTimersByTime(20);
        return embedder.embedQuery(text);
      };
      const slow: CatalogReader = Object.create(reader, { loadEntries: { value: loadEntries } });
      const service = openService({ openReader: () => slow, embedder: { ...embedder, embedQuery } });
      const search = () => service.search({ viewId: checkout, query: "retry", limit: 1 });
      expect(await search()).toMatchObject({ loadMs: 5000, tookMs: 5020 });
      expect(await search()).toMatchObject({ loadMs: 0, tookMs: 20 });
      service.unloadAll();
      expect(await service.mainLanguages(checkout)).toEqual({ languages: ["text"], loadMs: 5000 });
    } finally {
      vi.useRealTimers();
    }
  });

  it("says so when there is no index, a first one under way, or a failed one", async () => {
    const coverageOf = async (options: Partial<SearchServiceOptions>) =>
      (await openService(options).search({ viewId: checkout, query: "x", limit: 1 })).coverage;
    expect(await coverageOf({})).toMatchObject({ state: "absent", files: 0, indexedAtMs: null });
    expect(
      await coverageOf({ indexingState: () => ({ state: "indexing", staleFiles: 3, freshness: "followed" }) }),
    ).toMatchObject({
      state: "indexing",
      staleFiles: 3,
    });
    await change(
      checkout,
      { a: "parse" },
      { skipped: [{ path: "b.bin", blob: "0".repeat(40), reason: "binary", detail: "holds NUL bytes" }] },
    );
    expect(
      await coverageOf({ indexingState: () => ({ state: "indexing", staleFiles: 1, freshness: "followed" }) }),
    ).toMatchObject({
      state: "ready",
      staleFiles: 1,
      skippedFiles: 1,
    });
    expect(
      await coverageOf({ indexingState: () => ({ state: "failed", staleFiles: 0, freshness: "followed" }) }),
    ).toMatchObject({
      state: "failed",
      files: 1,
    });
  });

  it("sees a change at the next search and forgets what is gone", async () => {
    const service = openService();
    await change(checkout, { "a.ts": "retry alpha", "b.ts": "retry beta" });
    expect(await paths(service, "alpha beta")).toHaveLength(2);
    await change(checkout, { "a.ts": "retry gamma" });
    expect(await paths(service, "gamma")).toEqual(["a.ts"]);
    expect(await paths(service, "alpha")).toEqual([]);
    expect(service.stats()).toEqual({ repositories: 1, views: 1, chunks: 1 });
  });

  it("searches a run's view over its base, sharing entries", async () => {
    const service = openService();
    await change(checkout, { "a.ts": "socket one", "b.ts": "socket two", "c.ts": "socket three" });
    await change(run, { "b.ts": "socket changed", "d.ts": "socket new" }, { removed: ["c.ts"] });
    expect(await paths(service, "socket", run)).toHaveLength(3);
    expect((await paths(service, "socket", run)).sort()).toEqual(["a.ts", "b.ts", "d.ts"]);
    expect((await paths(service, "socket")).sort()).toEqual(["a.ts", "b.ts", "c.ts"]);
    expect(await paths(service, "changed", run)).toContain("b.ts");
    expect(service.stats()).toEqual({ repositories: 1, views: 2, chunks: 5 });
    await change(checkout, { "a.ts": "socket moved", "b.ts": "socket two", "c.ts": "socket three" });
    expect((await service.search({ viewId: run, query: "moved", limit: 1 })).hits).toMatchObject([
      { path: "a.ts", text: "socket moved" },
    ]);
    await writer.removeView(run);
    expect((await service.search({ viewId: run, query: "socket", limit: 1 })).coverage.state).toBe("absent");
    await paths(service, "socket");
    expect(service.stats()).toEqual({ repositories: 1, views: 1, chunks: 3 });
  });

  it("keeps what its base shows when a run that was searched alone has ended", async () => {
    await change(checkout, { "a.ts": "socket one", "b.ts": "socket two" });
    await change(run, { "b.ts": "socket changed" });
    const loaded: number[] = [];
    const counting: CatalogReader = {
      ...reader,
      loadEntries: async (ids) => {
        loaded.push(...ids);
        return reader.loadEntries(ids);
      },
    };
    const service = openService({ openReader: () => counting });
    expect(await paths(service, "socket", run)).toHaveLength(2);
    service.unload(run);
    await change("run:run_2", {}, { base: checkout, replace: false });
    expect((await paths(service, "socket", "run:run_2")).sort()).toEqual(["a.ts", "b.ts"]);
    expect(new Set(loaded).size).toBe(3);
    expect(loaded).toHaveLength(3);
    expect(service.stats()).toEqual({ repositories: 1, views: 2, chunks: 2 });
  });

  it("restricts to a path prefix, also what only the vectors find", async () => {
    await change(checkout, { "src/a.ts": "retry it", "lib/b.ts": "retry it", "lib/c.ts": "retry it" });
    const service = openService();
    expect(await paths(service, "again", checkout, "src/")).toEqual(["src/a.ts"]);
    expect((await paths(service, "retry", checkout, "lib/")).sort()).toEqual(["lib/b.ts", "lib/c.ts"]);
    expect(await paths(service, "retry", checkout, "nowhere/")).toEqual([]);
  });

  it("drops the least recently searched repository over its bound", async () => {
    for (const repository of ["1", "2", "3"])
      await change(`checkout:rep_${repository}`, { "a.ts": `parse ${repository}`, "b.ts": "more" });
    const service = openService({ maxLoadedChunks: 4 });
    for (const repository of ["1", "2", "1", "3"]) await paths(service, "parse", `checkout:rep_${repository}`);
    expect(service.stats()).toEqual({ repositories: 2, views: 2, chunks: 4 });
    expect(await paths(service, "2", "checkout:rep_2")).toEqual(["a.ts"]);
    expect(["checkout:rep_1", "checkout:rep_2"].map((viewId) => service.holds(viewId))).toEqual([false, true]);
    service.unload("checkout:rep_2");
    expect(service.stats().repositories).toBe(1);
  });

  it("searches words only when the vectors are another embedder's, or the embedder does not answer", async () => {
    await change(checkout, { "a.ts": "retry delay" });
    const other = openService({ embedder: { ...embedder, identity: { ...embedder.identity, revision: "2" } } });
    expect(await paths(other, "again")).toEqual([]);
    expect(await paths(other, "delay")).toEqual(["a.ts"]);
    const problems: unknown[] = [];
    const failure = new OutpostError("unavailable", "no server", { retryable: true });
    const offline = openService({
      embedder: { ...embedder, embedQuery: () => Promise.reject(failure) },
      onProblem: (error) => problems.push(error),
    });
    expect(await paths(offline, "delay")).toEqual(["a.ts"]);
    expect(problems).toEqual([failure]);
  });

  it("starts over when the index is another one", async () => {
    await change(checkout, { "a.ts": "retry one" });
    const service = openService();
    expect(await paths(service, "one")).toEqual(["a.ts"]);
    await writer.open({ ...identity("test/axes@1"), chunker: "test-2" });
    await change(checkout, { "z.ts": "retry two" });
    expect(await paths(service, "retry")).toEqual(["z.ts"]);
    expect(service.stats().chunks).toBe(1);
  });

  it("searches by words where the vector engine does not answer, and says so", async () => {
    await change(checkout, { "net/backoff.ts": "retry with delay", "ui/theme.ts": "colour of buttons" });
    const away = async (): Promise<never> => {
      throw new OutpostError("unavailable", "no answer from the engine", { retryable: true });
    };
    const problems: unknown[] = [];
    const service = openService({
      openVectors: () => ({ reader: { search: away }, memory: null }),
      onProblem: (error) => problems.push(error),
    });
    const { hits, coverage } = await service.search({ viewId: checkout, query: "delay again", limit: 10 });
    expect(hits.map(({ path }) => path)).toEqual(["net/backoff.ts"]);
    expect(hits[0]?.reasons.map(({ signal }) => signal)).not.toContain("vector");
    expect(coverage.notes).toEqual(["searched by words only: no answer from the engine"]);
    expect(problems).toHaveLength(1);
  });

  it("loads once for searches at the same time, and lets one of them give up", async () => {
    await change(
      checkout,
      Object.fromEntries(Array.from({ length: 600 }, (_, at) => [`f${at}.ts`, `retry number${at}`])),
    );
    let loaded = 0;
    const counting: CatalogReader = {
      ...reader,
      loadEntries: async (ids) => {
        loaded += ids.length;
        return reader.loadEntries(ids);
      },
    };
    const service = openService({ openReader: () => counting });
    const controller = new AbortController();
    const given = service.search({ viewId: checkout, query: "retry", limit: 1 }, controller.signal);
    const kept = Promise.all(["number7", "number599"].map((query) => paths(service, query)));
    controller.abort();
    await expect(given).rejects.toThrow(/abort/i);
    expect((await kept).map(([first]) => first)).toEqual(["f7.ts", "f599.ts"]);
    expect(loaded).toBe(600);
  });
});
