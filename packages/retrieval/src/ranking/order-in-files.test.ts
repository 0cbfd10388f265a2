import { describe, expect, it } from "vitest";
import { SearchIndex } from "../index/search-index.ts";
import { extractTerms } from "../terms/extract-terms.ts";
import { sumReasons } from "./explain.ts";

interface Piece {
  kind: string;
  text: string;
  symbol?: string;
}

const between: Piece = { kind: "block", text: "between" };

function search(query: string, files: Record<string, readonly Piece[]>) {
  const index = new SearchIndex();
  const entries = Object.entries(files).map(([path, pieces], at) => {
    const chunks = pieces.map(({ kind, symbol = null }, line) => ({
      ...{ startLine: line + 1, endLine: line + 1, kind, symbol, scope: [], definitions: [] },
    }));
    const terms = chunks.map((chunk, line) => extractTerms({ path, chunk, text: pieces[line]?.text ?? "" }));
    const place = { entryId: at + 1, path, blob: path, language: "text", firstChunkId: (at + 1) * 100 };
    return { ...place, chunks, terms, vectors: new Int8Array(0) };
  });
  index.add(entries);
  return index.search({ query, view: index.createView(entries.map(({ entryId }) => entryId)), limit: 10 });
}

const inType: Piece = { kind: "class", symbol: "Pool", text: "socket lease for each" };
const inFunction: Piece = { kind: "method", symbol: "take", text: "socket lease for each one" };

describe("the chunk that stands for a file", () => {
  it("is a function before the head of a type that scores a little more, and the file keeps its scores", () => {
    const asFunction = search("socket lease", { "a.ts": [inType, between, inFunction] });
    const asBlock = search("socket lease", { "a.ts": [inType, between, { ...inFunction, kind: "class" }] });
    expect(asBlock.map(({ startLine }) => startLine)).toEqual([1, 3]);
    expect(asFunction.map(({ startLine }) => startLine)).toEqual([3, 1]);
    for (const [at, { score }] of asFunction.entries()) expect(score).toBeCloseTo(asBlock[at]?.score ?? 0, 10);
  });

  it("says so in the reasons, which still sum up to the score", () => {
    const hits = search("socket lease", { "a.ts": [inType, between, inFunction] });
    for (const { reasons, score } of hits) {
      expect(reasons.map(({ detail }) => detail)).toContain("stands in the place of another chunk of the file");
      expect(sumReasons(reasons)).toBeCloseTo(score, 10);
    }
  });

  it("is the one that scores much more, and that whose name was asked for", () => {
    const weak: Piece = { ...inFunction, text: "lease and much that is about something else altogether" };
    expect(search("socket lease", { "a.ts": [inType, between, weak] })[0]?.startLine).toBe(1);
    expect(search("Pool", { "a.ts": [inType, between, { ...inFunction, text: "pool pool" }] })[0]?.startLine).toBe(1);
  });
});
