import { describe, expect, it } from "vitest";
import type { Chunk, LoadedEntry } from "../ports/catalog.ts";
import type { VectorQuery, VectorReader } from "../ports/vector-index.ts";
import { sumReasons } from "../ranking/explain.ts";
import { weights } from "../ranking/weights.ts";
import { extractTerms } from "../terms/extract-terms.ts";
import { hybridSearch } from "./hybrid-search.ts";
import { SearchIndex } from "./search-index.ts";

interface Source {
  path: string;
  chunks: (Partial<Chunk> & { text: string })[];
}

/** Entry ids from 1, chunk ids 100 apart. */
function toEntries(sources: readonly Source[], firstId = 1): LoadedEntry[] {
  return sources.map(({ path, chunks: parts }, index) => {
    const entryId = firstId + index;
    const chunks = parts.map(
      ({ text: _, ...chunk }, at): Chunk => ({
        ...{ startLine: at * 10 + 1, endLine: at * 10 + 10, kind: "block", symbol: null, scope: [], definitions: [] },
        ...chunk,
      }),
    );
    return {
      ...{ entryId, path, blob: `blob${entryId}`, language: "text", firstChunkId: entryId * 100, chunks },
      terms: chunks.map((chunk, at) => extractTerms({ path, chunk, text: parts[at]?.text ?? "" })),
      vectors: new Int8Array(0),
    };
  });
}

const file = (path: string, ...texts: string[]): Source => ({ path, chunks: texts.map((text) => ({ text })) });

function build(...sources: Source[]) {
  const index = new SearchIndex();
  const entries = toEntries(sources);
  index.add(entries);
  const view = index.createView(entries.map(({ entryId }) => entryId));
  const paths = (query: string, more: { pathPrefix?: string } = {}) =>
    index.search({ query, view, limit: 10, ...more }).map(({ path }) => path);
  return { index, view, entries, paths };
}

describe("SearchIndex", () => {
  it("finds nothing in an empty view, for no words, and for words that are nowhere", () => {
    const { index, paths } = build(file("a.ts", "alpha"));
    expect(index.search({ query: "alpha", view: index.createView([]), limit: 10 })).toEqual([]);
    expect([paths("…"), paths("omega")]).toEqual([[], []]);
  });

  it("prefers rare words to common ones, and short chunks to long ones", () => {
    const filler = "lorem ipsum dolor sit amet ".repeat(20);
    const { paths } = build(
      file("a", "common rare"),
      file("b", "common common"),
      file("c", `common rare ${filler}`),
      file("d", "common"),
    );
    expect(paths("common rare").slice(0, 2)).toEqual(["a", "c"]);
  });

  it("explains a score so that it can be recomputed", () => {
    const { index, view } = build(
      {
        path: "src/session.ts",
        chunks: [
          { text: "open session", symbol: "openSession", definitions: ["openSession"], endLine: 60 },
          { text: "session again", startLine: 61, endLine: 130 },
        ],
      },
      file("tests/session_test.ts", "open session"),
    );
    const hits = index.search({ query: "how does openSession open a session", view, limit: 10 });
    expect(hits).toHaveLength(3);
    for (const hit of hits) expect(hit.score).toBeCloseTo(sumReasons(hit.reasons), 10);
    const signals = hits.map(({ path, reasons }) => [path, ...reasons.map(({ signal }) => signal)]);
    const ofFile = ["coherence", "coherence"];
    expect(signals).toContainEqual([
      "src/session.ts",
      "lexical",
      "path",
      "definition",
      "definition",
      ...ofFile,
      "coherence",
    ]);
    expect(signals).toContainEqual(["src/session.ts", "lexical", "path", ...ofFile, "coherence"]);
    expect(signals).toContainEqual(["tests/session_test.ts", "lexical", "path", ...ofFile, "penalty"]);
    expect(hits[0]?.reasons[0]?.detail.split(" ")).toEqual(["open", "session", "openSession"]);
  });

  it("lifts what uses a name that a match defines, and says which name", () => {
    const filler = Array.from({ length: 20 }, (_, at) => `filler${at}`).join(" ");
    const { index, view } = build(
      { path: "a", chunks: [{ text: `handle ${filler} other things` }] },
      { path: "b", chunks: [{ text: `handle ${filler} retryPolicy again` }] },
      { path: "c", chunks: [{ text: "handle backoff waiting", symbol: "retryPolicy", definitions: ["retryPolicy"] }] },
    );
    const hits = index.search({ query: "handle backoff waiting", view, limit: 10 });
    expect(hits.map(({ path }) => path)).toEqual(["c", "b", "a"]);
    expect(hits[1]?.reasons).toContainEqual({
      ...{ signal: "reference", detail: "uses retryPolicy" },
      value: expect.closeTo(weights.referencing, 6),
    });
  });

  it("counts a chunk's neighbours and its whole file for it", () => {
    const { index, view } = build(
      file("alone", "socket"),
      file("together", "socket", "timeout of the reader"),
      file("elsewhere", "timeout"),
    );
    const hits = index.search({ query: "socket timeout", view, limit: 10 });
    expect(hits[0]).toMatchObject({ path: "together" });
    const details = hits[0]?.reasons.map(({ detail }) => detail);
    expect(details).toEqual(expect.arrayContaining(["the file as a whole", "what stands beside it"]));
    expect(hits.find(({ path }) => path === "alone")?.reasons.map(({ detail }) => detail)).not.toContain(
      "what stands beside it",
    );
  });

  it("puts the definition of a name first, in the scope that is asked for", () => {
    const method = (scope: string) => ({ text: "close() {}", symbol: "close", scope: [scope], definitions: ["close"] });
    const { index, view, paths } = build(
      file("uses.ts", "close close close close"),
      { path: "a.ts", chunks: [method("Socket")] },
      { path: "b.ts", chunks: [method("File")] },
    );
    expect(paths("close").slice(0, 2).sort()).toEqual(["a.ts", "b.ts"]);
    expect(paths("File.close")[0]).toBe("b.ts");
    expect(paths("Socket::close()")[0]).toBe("a.ts");
    expect(index.search({ query: "close", view, limit: 1 })[0]?.reasons).toContainEqual({
      signal: "definition",
      value: expect.closeTo(weights.definition / 2 ** weights.ambiguity, 6),
      detail: "close",
    });
  });

  it("finds files by the words of their path, also by a common beginning", () => {
    const { paths } = build(
      file("src/auth/login.ts", "alpha"),
      file("src/billing/invoice.ts", "alpha invoice"),
      file("x.ts", "alpha login auth"),
    );
    expect(paths("login auth")[0]).toBe("src/auth/login.ts");
    expect(paths("alpha authentication")[0]).toBe("src/auth/login.ts");
  });

  it("holds tests back unless they are asked for", () => {
    const { paths } = build(file("src/retry.ts", "retry the request"), file("tests/retry.ts", "retry the request"));
    expect(paths("retry request")).toEqual(["src/retry.ts", "tests/retry.ts"]);
    expect(paths("tests of retry request")[0]).toBe("tests/retry.ts");
  });

  it("lets the second chunk of a file stand back behind another file", () => {
    const { index, view } = build(file("a", "retry retry", "between", "retry retry"), file("b", "retry retry word"));
    const hits = index.search({ query: "retry", view, limit: 10 });
    expect(hits.map(({ path, startLine }) => [path, startLine])).toEqual([
      ["a", 1],
      ["b", 1],
      ["a", 21],
    ]);
  });

  it("finds the lines of a stack trace", () => {
    const { index, view } = build(file("lib/app.py", "one", "two", "three"), file("lib/other.py", "crash crash"));
    const hits = index.search({ query: 'crash: File "/srv/lib/app.py", line 25, in run', view, limit: 3 });
    expect(hits[0]).toMatchObject({ path: "lib/app.py", startLine: 21, endLine: 30 });
    expect(hits[0]?.reasons).toContainEqual({ signal: "path", value: 3, detail: "srv/lib/app.py:25" });
  });

  it("finds the lines of a trace of what was installed, in a source that lies elsewhere", () => {
    const { index, view } = build(
      file("src/click/core.py", "one", "two", "three"),
      file("vendor/other/click/core.py", "four", "five", "six"),
      file("core.py", "seven", "eight", "nine"),
    );
    const hits = index.search({ query: 'File "/v/site-packages/click/core.py", line 25, in run', view, limit: 3 });
    expect(hits[0]).toMatchObject({ path: "src/click/core.py", chunkId: 102, startLine: 1, bestLine: 25 });
    expect(hits[0]?.reasons).toContainEqual({ signal: "path", value: 2, detail: "v/site-packages/click/core.py:25" });
  });

  it("says what a part of a definition stands in, also once others are forgotten", () => {
    const scope = ["Store", "load"];
    const { index } = build(file("a.py", "alpha"), {
      path: "b.py",
      chunks: [
        { text: "beta", scope },
        { text: "gamma", scope, symbol: "read" },
      ],
    });
    const within = () => {
      const view = index.createView([2]);
      return ["beta", "gamma"].map((query) => index.search({ query, view, limit: 1 })[0]?.within);
    };
    expect(within()).toEqual(["load", null]);
    index.remove([1]);
    expect(within()).toEqual(["load", null]);
  });

  it("takes the beginning of a definition for the name that it defines", () => {
    const { index, view } = build(file("a.py", "class environment environment class"), {
      path: "b.py",
      chunks: [{ text: "class Environment:", symbol: "Environment", definitions: ["Environment"] }],
    });
    const [hit] = index.search({ query: "class Environment(Base):", view, limit: 1 });
    expect(hit).toMatchObject({ path: "b.py", bestLine: 1 });
    expect(hit?.reasons).toContainEqual({ signal: "definition", value: weights.definition, detail: "Environment" });
  });

  it("makes less of a named file's name, the more files have it", () => {
    const boosts = (...paths: string[]) => {
      const { index, view } = build(...paths.map((path) => file(path, "one")), file("other", "two"));
      const [hit] = index.search({ query: "package.json says one", view, limit: 1 });
      return hit?.reasons.find(({ detail }) => detail === "package.json")?.value;
    };
    expect(boosts("package.json")).toBe(weights.mentionedFile);
    expect(boosts("a/package.json", "b/package.json", "c/package.json")).toBeCloseTo(
      weights.mentionedFile / 3 ** weights.ambiguity,
    );
  });

  it("restricts hits to a path prefix, mentions and definitions included", () => {
    const source = (path: string): Source => ({
      path,
      chunks: [{ text: "run()", symbol: "run", definitions: ["run"] }],
    });
    const { index, view, paths } = build(source("src/a.ts"), source("lib/a.ts"));
    expect(paths("run", { pathPrefix: "src/" })).toEqual(["src/a.ts"]);
    expect(paths("see lib/a.ts:1", { pathPrefix: "src/" })).toEqual([]);
    expect(Array.from(index.match({ query: "run", view, pathPrefix: "lib/" }).searchedChunkIds)).toEqual([200]);
  });

  it("searches each view by itself, with its own statistics", () => {
    const sources = [file("a", "alpha"), file("b", "alpha beta"), file("c", "alpha beta gamma")];
    const { index } = build(...sources);
    const alone = build(...sources.slice(0, 2));
    const search = (from: SearchIndex, ids: number[]) =>
      from.search({ query: "alpha beta", view: from.createView(ids), limit: 10 });
    expect(search(index, [1, 2])).toEqual(search(alone.index, [1, 2]));
    expect(search(index, [3]).map(({ path }) => path)).toEqual(["c"]);
  });

  it("gives the same hits however entries came and went", () => {
    const sources = Array.from({ length: 60 }, (_, at) =>
      file(`f${at}.ts`, `word${at % 7} common`, `word${at % 5} other${at % 3}`),
    );
    const direct = build(...sources);
    const index = new SearchIndex();
    for (const entry of toEntries(sources)) index.add([entry]);
    index.add(
      toEntries(
        Array.from({ length: 90 }, (_, at) => file(`g${at}`, "word1 common")),
        500,
      ),
    );
    const early = index.createView(direct.entries.map(({ entryId }) => entryId));
    index.remove(Array.from({ length: 90 }, (_, at) => 500 + at));
    expect(index.chunkCount).toBe(120);
    index.remove([999]);
    for (const query of ["word1", "common other2", "word3 word4"]) {
      const expected = direct.index.search({ query, view: direct.view, limit: 20 });
      expect(expected.length).toBeGreaterThan(0);
      expect(index.search({ query, view: early, limit: 20 })).toEqual(expected);
    }
  });

  it("keeps only what it is told, and takes an entry back under its id", () => {
    const { index, entries } = build(file("a", "alpha", "alpha"), file("b", "alpha"), file("c", "alpha"));
    expect(index.keepOnly(new Set([2]))).toEqual([
      { entryId: 1, firstChunkId: 100, chunkCount: 2 },
      { entryId: 3, firstChunkId: 300, chunkCount: 1 },
    ]);
    expect([index.has(1), index.has(2), index.chunkCount]).toEqual([false, true, 1]);
    index.add(entries);
    expect(index.search({ query: "alpha", view: index.createView([1, 2, 3]), limit: 10 })).toHaveLength(3);
  });

  it("ranks a match made before the index was renumbered", () => {
    const { index, view } = build(file("a", "alpha"), file("b", "alpha"), file("c", "alpha"));
    const match = index.match({ query: "alpha", view });
    index.remove([1, 2]);
    expect(index.rank(match, null, 10).map(({ path }) => path)).toEqual(["c"]);
  });

  it("answers a long issue text with bounded work", () => {
    const { paths } = build(file("src/parser.ts", "parse tokens"), file("b", "noise"));
    const issue = `${Array.from({ length: 900 }, (_, at) => `word${at}`).join(" ")} the parser fails on tokens`;
    expect(paths(issue)[0]).toBe("src/parser.ts");
  });
});

describe("a view that was made before more was added", () => {
  it("is searched as before", () => {
    const { index, view } = build(file("a", "alpha"), file("b", "alpha beta"));
    const before = index.search({ query: "alpha", view, limit: 10 });
    index.add(toEntries([file("c", "alpha alpha")], 3));
    expect(before).toHaveLength(2);
    expect(index.search({ query: "alpha", view, limit: 10 })).toEqual(before);
  });
});

describe("hybridSearch", () => {
  /** Gives each chunk the cosine that the test says; asks are recorded. */
  function fakeVectors(scores: Record<number, number>, asks: VectorQuery[] = []): VectorReader {
    return {
      async search(query) {
        asks.push(query);
        const all = Array.from(query.among)
          .filter((chunkId) => scores[chunkId] !== undefined)
          .map((chunkId) => ({ chunkId, score: scores[chunkId] ?? 0 }))
          .sort((a, b) => b.score - a.score);
        const candidates = all.filter(({ chunkId }, at) => at < query.limit || query.wanted.includes(chunkId));
        return { candidates, medianScore: all[Math.floor(all.length / 2)]?.score ?? 0 };
      },
    };
  }
  const queryVector = Float32Array.of(1);

  it("adds what only the vectors find, and joins both scores", async () => {
    const { index, view } = build(file("a", "alpha"), file("b", "beta"), file("c", "gamma"));
    const vectors = { vectorIndex: fakeVectors({ 100: 0.4, 200: 0.9, 300: 0.1 }), queryVector };
    const hits = await hybridSearch({ index, view, query: "alpha", limit: 10, vectors });
    expect(hits.map(({ path }) => path)).toEqual(["b", "a"]);
    const vectorPart = hits[0]?.reasons.find(({ signal }) => signal === "vector")?.value;
    const lexicalPart = hits[1]?.reasons.find(({ signal }) => signal === "lexical")?.value;
    expect([lexicalPart, vectorPart]).toEqual([1 - weights.vectorShare, weights.vectorShare]);
  });

  it("asks for the cosine of a lexical candidate that is not among the best", async () => {
    const sources = Array.from({ length: 500 }, (_, at) => file(`f${at}`, at === 499 ? "needle" : "hay"));
    const { index, view } = build(...sources);
    const asks: VectorQuery[] = [];
    const scores = Object.fromEntries(sources.map((_, at) => [(at + 1) * 100, 1 - at / 500]));
    const vectors = { vectorIndex: fakeVectors(scores, asks), queryVector };
    const hits = await hybridSearch({ index, view, query: "needle", limit: 300, pathPrefix: "f", vectors });
    expect(asks).toMatchObject([{ wanted: Int32Array.of(50_000), pathPrefix: "f", limit: weights.candidates }]);
    expect(asks[0]?.among).toHaveLength(500);
    expect(asks[0]?.terms).toHaveLength(1);
    expect(hits.find(({ path }) => path === "f499")?.reasons[0]?.signal).toBe("lexical");
  });

  it("is lexical without vectors, and with a query of unknown words", async () => {
    const { index, view } = build(file("a", "alpha"), file("b", "beta"));
    const lexical = await hybridSearch({ index, view, query: "alpha", limit: 10, vectors: null });
    const vectors = { vectorIndex: fakeVectors({ 200: 1 }), queryVector: Float32Array.of(0) };
    expect(await hybridSearch({ index, view, query: "alpha", limit: 10, vectors })).toEqual(lexical);
    expect(lexical[0]?.reasons[0]).toEqual({ signal: "lexical", value: 1, detail: "alpha" });
  });
});
