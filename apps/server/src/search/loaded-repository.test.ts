// A repository that is held in memory while its views change answers like one that is loaded anew.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type CatalogReader, type CatalogWriter, type Embedder, extractTerms } from "@outpost/retrieval";
import { openSqliteCatalogReader, openSqliteCatalogWriter } from "@outpost/store";
import { createEmbeddedVectorIndex } from "@outpost/vector";
import fc from "fast-check";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createSearchService, type SearchService } from "./search-service.ts";

const runs = process.env["OUTPOST_FULL"] === "1" ? 2_000 : 40;
const views = ["checkout:rep_1", "run:run_1", "run:run_2"] as const;
const [checkout] = views;
const words = ["alpha", "beta", "gamma", "delta"];
const names = ["a.ts", "lib/a.ts", "lib/b.ts", "doc/c.md", "d.py"];

/** The direction says which words a text has. */
const embedder: Embedder = {
  identity: { name: "test/words", revision: "1", dimensions: words.length },
  embedDocuments: async (inputs) => inputs.map(({ text }) => embed(text)),
  embedQuery: async (text) => embed(text),
};

function embed(text: string): Float32Array {
  const counts = words.map((word) => text.split(word).length - 1);
  const length = Math.hypot(...counts) || 1;
  return Float32Array.from(counts, (count) => count / length);
}

let directory: string;
let writer: CatalogWriter;
let reader: CatalogReader;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "loaded-repository-"));
  const path = join(directory, "index.db");
  writer = await openSqliteCatalogWriter({ path });
  await writer.open({ embedder: "test/words@1", dimensions: words.length, chunker: "test", filePolicy: "test" });
  reader = await openSqliteCatalogReader({ path });
});
afterEach(async () => {
  await reader.close();
  await writer.close();
  await rm(directory, { recursive: true });
});

const openService = (given = reader): SearchService =>
  createSearchService({
    openReader: () => ({ ...given, close: async () => {} }),
    embedder,
    openVectors: ({ dimensions }) => {
      const index = createEmbeddedVectorIndex(dimensions);
      return { reader: index, memory: index };
    },
  });

/** Each part is a chunk of its own; the blob says all of the text. */
async function put(path: string, parts: readonly string[]): Promise<{ path: string; blob: string }> {
  const blob = Buffer.from(parts.join("\n")).toString("hex");
  const chunks = parts.map((_, at) => ({
    ...{ startLine: at + 1, endLine: at + 1, kind: "block", symbol: null, scope: [], definitions: [] },
  }));
  const terms = chunks.map((chunk, at) => extractTerms({ path, chunk, text: parts[at] ?? "" }));
  const vectors = parts.map((text) => Int8Array.from(embed(text), (value) => value * 127));
  const parsed = { blob, language: "text", text: parts.join("\n"), chunks, hasParseErrors: false };
  await writer.putEntries([{ parsed, entry: { path, blob, terms, vectors } }]);
  return { path, blob };
}

const step = fc.record({
  view: fc.constantFrom(...views),
  replace: fc.boolean(),
  set: fc.dictionary(
    fc.constantFrom(...names),
    fc.array(fc.constantFrom(...words, "alpha beta", "gamma gamma"), { maxLength: 3 }),
  ),
  removed: fc.array(fc.constantFrom(...names), { maxLength: 2 }),
  skipped: fc.array(fc.constantFrom(...names), { maxLength: 1 }),
  searched: fc.array(fc.constantFrom(...views), { maxLength: 3 }),
  forgotten: fc.option(fc.constantFrom(...views), { freq: 6 }),
});

async function apply({ view, set, removed, skipped, replace }: typeof step extends fc.Arbitrary<infer S> ? S : never) {
  const pairs = await Promise.all(Object.entries(set).map(([path, parts]) => put(path, parts)));
  const base = view === checkout ? null : checkout;
  await writer.changeView({
    ...{ viewId: view, base, replace, set: pairs, removed: replace ? [] : removed, complete: true, commit: null },
    skipped: skipped.map((path) => ({ path, blob: "b", reason: "binary" as const, detail: "" })),
    nowMs: 5,
  });
}

async function answers(service: SearchService, viewId: string) {
  const found: unknown[] = [];
  for (const [query, pathPrefix] of [["alpha"], ["beta gamma"], ["alpha delta", "lib/"], ["gamma", "d.py"]]) {
    const more = pathPrefix === undefined ? {} : { pathPrefix };
    const { hits, coverage } = await service.search({ viewId, query: query as string, limit: 10, ...more });
    // Of equal scores the entry that came first stands first, and that is not the same in both.
    hits.sort((a, b) => b.score - a.score || (a.path < b.path ? -1 : a.path > b.path ? 1 : a.startLine - b.startLine));
    found.push({ hits, coverage });
  }
  return found;
}

it(`answers like one that is loaded anew, whatever changed (${runs} histories)`, async () => {
  const history = async (steps: (typeof step extends fc.Arbitrary<infer S> ? S : never)[]) => {
    for (const view of views.toReversed()) await writer.removeView(view);
    const held = openService();
    for (const view of views) await apply({ ...nothing, view });
    for (const next of steps) {
      await apply(next);
      for (const viewId of next.searched) await answers(held, viewId);
      if (next.forgotten !== null) held.unload(next.forgotten);
    }
    for (const viewId of views) {
      const fresh = openService();
      expect(await answers(held, viewId)).toEqual(await answers(fresh, viewId));
      await fresh.close();
    }
    // No entry stays that no view shows.
    const fresh = openService();
    for (const viewId of views) await answers(fresh, viewId);
    expect(held.stats()).toEqual(fresh.stats());
    for (const service of [held, fresh]) await service.close();
  };
  await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), history), { numRuns: runs });
}, 600_000);

const nothing = { view: checkout, replace: false, set: {}, removed: [], skipped: [], searched: [], forgotten: null };

it("reads what changed and not the whole view, also after a change that could not be read", async () => {
  for (const path of names) await apply({ ...nothing, set: { [path]: ["alpha beta"] } });
  let [whole, loaded, mustFail] = [0, 0, false];
  const counting: CatalogReader = {
    ...reader,
    viewEntries: (viewId) => {
      whole++;
      return reader.viewEntries(viewId);
    },
    loadEntries: async (ids) => {
      if (mustFail) throw new Error("the disk is away");
      loaded += ids.length;
      return reader.loadEntries(ids);
    },
  };
  const service = openService(counting);
  await answers(service, checkout);
  expect([whole, loaded]).toEqual([1, names.length]);
  await apply({ ...nothing, set: { "a.ts": ["gamma", "gamma"] }, removed: ["d.py"] });
  mustFail = true;
  await expect(answers(service, checkout)).rejects.toThrow("away");
  mustFail = false;
  await answers(service, checkout);
  expect([whole, loaded, service.stats().chunks]).toEqual([1, names.length + 1, names.length]);
  await service.close();
});
