import { describe, expect, it } from "vitest";
import { sumReasons } from "../ranking/explain.ts";
import { expandedSearch, mergeRankings } from "./expanded-search.ts";
import { indexTexts } from "./index-texts.fixture.ts";
import type { RankedChunk } from "./search-index.ts";

function build(texts: Record<string, string>) {
  const { index, view } = indexTexts(texts);
  return (query: string, words?: string[], limit = 10) =>
    expandedSearch({
      ...{ index, view, query, limit, vectors: null },
      ...(words && { expansion: { names: [], words } }),
    });
}

const hit = (path: string, startLine: number, endLine: number, chunkId: number): RankedChunk => ({
  ...{
    entryId: 1,
    chunkId,
    blob: "b",
    path,
    startLine,
    endLine,
    language: "text",
    kind: "block",
    symbol: null,
    within: null,
    bestLine: startLine,
    score: 1,
  },
  reasons: [{ signal: "vector", value: 1, detail: "near in meaning" }],
});

describe("a search with words that somebody named", () => {
  const search = build({ "a.ts": "slow motion", "b.ts": "throttle quota bucket", "c.ts": "blue" });

  it("finds what only the words find, and says so", async () => {
    const found = await search("slow down who asks", ["throttle", "quota"]);
    expect(found.map(({ path }) => path)).toEqual(["a.ts", "b.ts"]);
    expect(found.map(({ reasons }) => reasons.map(({ signal }) => signal))).toEqual([["place", "place"], ["place"]]);
    expect(found[1]?.reasons[0]?.detail).toMatch(/^with the words named number 1: lexical throttle quota/);
    for (const { reasons, score } of found) expect(sumReasons(reasons)).toBeCloseTo(score, 9);
    expect((await search("slow down who asks")).map(({ path }) => path)).toEqual(["a.ts"]);
  });

  it("leaves a query that is one name as it is", async () => {
    expect(await search("slowMotion", ["throttle"])).toEqual(await search("slowMotion"));
  });

  it("gives no more than was asked for, and the same first ones", async () => {
    const all = await search("slow down who asks", ["throttle", "quota"]);
    expect(await search("slow down who asks", ["throttle", "quota"], 1)).toEqual(all.slice(0, 1));
  });
});

describe("two rankings", () => {
  it("are merged by places, the one with the words counting twice, and what shares lines is one hit", () => {
    const alone = [hit("a.ts", 1, 20, 1), hit("c.ts", 1, 9, 3), hit("a.ts", 15, 30, 2)];
    const withWords = [hit("b.ts", 1, 9, 4), hit("a.ts", 10, 25, 5)];
    const merged = mergeRankings(alone, withWords, 10);
    expect(merged.map(({ path, startLine, chunkId }) => [path, startLine, chunkId])).toEqual([
      ["a.ts", 10, 5],
      ["b.ts", 1, 4],
      ["c.ts", 1, 3],
    ]);
    // A third of first place and two thirds of second; what else of it stands in the first ranking does not count again.
    expect(merged[0]?.score).toBeCloseTo(1 / 3 + (2 / 3) * (2 / 3), 9);
    expect(merged[1]?.score).toBeCloseTo(2 / 3, 9);
    expect(merged[2]?.score).toBeCloseTo((1 / 3) * (2 / 3), 9);
  });
});
