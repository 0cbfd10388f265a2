import { describe, expect, it } from "vitest";
import { SearchIndex } from "../index/search-index.ts";
import { extractTerms } from "../terms/extract-terms.ts";
import { weights } from "./weights.ts";

/** One file of chunks of `lines` lines each. */
function search(query: string, texts: readonly string[], { lines = 10, path = "src/pool.ts" } = {}) {
  const chunks = texts.map((_, at) => ({
    ...{
      startLine: at * lines + 1,
      endLine: (at + 1) * lines,
      kind: "block",
      symbol: null,
      scope: [],
      definitions: [],
    },
  }));
  const terms = chunks.map((chunk, at) => extractTerms({ path, chunk, text: texts[at] ?? "" }));
  const index = new SearchIndex();
  const place = { entryId: 1, path, blob: "blob", language: "text", firstChunkId: 1 };
  index.add([{ ...place, chunks, terms, vectors: new Int8Array(0) }]);
  const hits = index.search({ query, view: index.createView([1]), limit: 10 });
  return hits.map(({ startLine, endLine, chunkId }) => `${startLine}-${endLine} by ${chunkId}`);
}

describe("neighbouring hits", () => {
  it("are one hit, named after the best of them", () => {
    const texts = ["nothing", "lease lease socket", "lease socket", "nothing"];
    expect(search("lease socket", texts)).toEqual(["11-30 by 2"]);
  });

  it("stay apart with something between them that does not match, or too far below the better one", () => {
    const texts = ["socket lease", "x", "y", "z", "socket lease"];
    expect(search("socket lease", texts, { path: "a.ts" })).toHaveLength(2);
    expect(search("lease socket", ["nothing", "lease lease socket", "lease and much else here"])).toHaveLength(2);
  });

  it("are one hit although others of the file rank between them, since what speaks for the file speaks for both", () => {
    const texts = ["socket lease lease", "x", "y", "socket lease", "socket lease lease"];
    expect(search("socket lease", texts)).toEqual(["31-50 by 5", "1-10 by 1"]);
  });

  it("are not more lines together than there may be", () => {
    const texts = Array.from({ length: 6 }, () => "socket lease");
    const joined = search("socket lease", texts, { lines: 40 });
    expect(
      joined.every((hit) => {
        const [start = 0, end = 0] = hit.split(" ")[0]?.split("-").map(Number) ?? [];
        return end - start < weights.joinedLines;
      }),
    ).toBe(true);
    expect(joined.length).toBeGreaterThan(1);
  });
});
