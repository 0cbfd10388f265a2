import type { CatalogReader, Embedder } from "@outpost/retrieval";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { checkout, embedder, identity, openTestCatalog, paths, run, type TestCatalog } from "./testing-catalog.ts";

let catalog: TestCatalog;
let writer: TestCatalog["writer"];
let reader: TestCatalog["reader"];
let change: TestCatalog["change"];
let openService: TestCatalog["openService"];
beforeEach(async () => {
  catalog = await openTestCatalog();
  ({ writer, reader, change, openService } = catalog);
});
afterEach(() => catalog.close());

describe("views in memory", () => {
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

  it("starts over when the index is another one", async () => {
    await change(checkout, { "a.ts": "retry one" });
    const service = openService();
    expect(await paths(service, "one")).toEqual(["a.ts"]);
    await writer.open({ ...identity("test/axes@1"), chunker: "test-2" });
    await change(checkout, { "z.ts": "retry two" });
    expect(await paths(service, "retry")).toEqual(["z.ts"]);
    expect(service.stats().chunks).toBe(1);
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
