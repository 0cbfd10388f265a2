import { OutpostError } from "@outpost/protocol";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { SearchServiceOptions } from "./search-service.ts";
import { checkout, embedder, openTestCatalog, paths, run, type TestCatalog } from "./testing-catalog.ts";

let catalog: TestCatalog;
let writer: TestCatalog["writer"];
let change: TestCatalog["change"];
let openService: TestCatalog["openService"];
beforeEach(async () => {
  catalog = await openTestCatalog();
  ({ writer, change, openService } = catalog);
});
afterEach(() => catalog.close());

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

  it("restricts to a path prefix, also what only the vectors find", async () => {
    await change(checkout, { "src/a.ts": "retry it", "lib/b.ts": "retry it", "lib/c.ts": "retry it" });
    const service = openService();
    expect(await paths(service, "again", checkout, "src/")).toEqual(["src/a.ts"]);
    expect((await paths(service, "retry", checkout, "lib/")).sort()).toEqual(["lib/b.ts", "lib/c.ts"]);
    expect(await paths(service, "retry", checkout, "nowhere/")).toEqual([]);
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
});
