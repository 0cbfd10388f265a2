import { describe, expect, it } from "vitest";
import { parseLabels } from "./labels.ts";
import { mean, percentile, scoreAnswers } from "./metrics.ts";

const target = (path: string, lines: [number, number] | null = null) => ({
  path,
  lines: lines && { startLine: lines[0], endLine: lines[1] },
});
const discount = (rank: number) => 1 / Math.log2(rank + 1);

describe("scoreAnswers", () => {
  it.each([
    { name: "first", targets: [target("a")], answers: [target("a")], ndcg: 1, hitAt1: 1, hitAt10: 1 },
    {
      name: "third",
      targets: [target("a")],
      answers: ["x", "y", "a"].map((path) => target(path)),
      ndcg: discount(3),
      hitAt1: 0,
      hitAt10: 1,
    },
    { name: "absent", targets: [target("a")], answers: [target("b")], ndcg: 0, hitAt1: 0, hitAt10: 0 },
    {
      name: "eleventh",
      targets: [target("a")],
      answers: [..."xxxxxxxxxx", "a"].map((path) => target(path)),
      ndcg: 0,
      hitAt1: 0,
      hitAt10: 0,
    },
    {
      name: "one of two, a second chunk of the same file gains nothing",
      targets: [target("a"), target("b")],
      answers: [target("a", [1, 5]), target("a", [6, 9])],
      ndcg: 1 / (1 + discount(2)),
      ...{ hitAt1: 1, hitAt10: 1 },
    },
    {
      name: "the longer path",
      targets: [target("src/a")],
      answers: [target("repo/src/a")],
      ndcg: 1,
      hitAt1: 1,
      hitAt10: 1,
    },
    { name: "no common part", targets: [target("a")], answers: [target("ba")], ndcg: 0, hitAt1: 0, hitAt10: 0 },
    {
      name: "lines that overlap",
      targets: [target("a", [5, 9])],
      answers: [target("a", [9, 12])],
      ndcg: 1,
      hitAt1: 1,
      hitAt10: 1,
    },
    {
      name: "other lines",
      targets: [target("a", [5, 9])],
      answers: [target("a", [10, 12])],
      ndcg: 0,
      hitAt1: 0,
      hitAt10: 0,
    },
    {
      name: "lines asked of a file",
      targets: [target("a", [5, 9])],
      answers: [target("a")],
      ndcg: 1,
      hitAt1: 1,
      hitAt10: 1,
    },
  ])("$name", ({ targets, answers, ndcg, hitAt1, hitAt10 }) => {
    const score = scoreAnswers({ query: "q", category: "c", targets }, answers);
    expect(score.ndcg).toBeCloseTo(ndcg, 10);
    expect([score.hitAt1, score.hitAt10]).toEqual([hitAt1, hitAt10]);
  });
});

describe("mean and percentile", () => {
  it("are 0 of nothing", () => {
    expect([mean([]), percentile([], 0.5), mean([1, 2]), percentile([3, 1, 2], 0.5), percentile([1, 2], 0.99)]).toEqual(
      [0, 0, 1.5, 2, 2],
    );
  });
});

describe("parseLabels", () => {
  const parse = (value: unknown) => parseLabels(JSON.stringify(value), "n.json");

  it("joins primary and secondary answers, and keeps lines only when both are given", () => {
    const relevant = [{ path: "a", start_line: 1, end_line: 2 }];
    const query = { query: "q", category: "symbol", relevant, secondary: [{ path: "b", start_line: 1 }] };
    const { repositories, skipped } = parse({ name: "n", language: "go", benchmark_root: null, queries: [query] });
    expect(repositories[0]?.root).toBe("");
    expect(repositories[0]?.queries[0]?.targets).toEqual([target("a", [1, 2]), target("b")]);
    expect(skipped).toEqual([]);
  });

  it("takes what others write: unknown fields, paths alone, no category, no language, a root with slashes", () => {
    const query = { id: 7, query: "q", relevant: ["./a", { path: "b\\c", note: "x" }] };
    expect(parse({ benchmark_root: "./lib/", queries: [query], more: [] }).repositories).toEqual([
      {
        ...{ name: "n", language: "unknown", root: "lib" },
        queries: [{ query: "q", category: "uncategorized", targets: [target("a"), target("b/c")] }],
      },
    ]);
  });

  it("leaves out what it cannot use, and names it", () => {
    const good = { query: "q", category: "symbol", relevant: [{ path: "a" }] };
    const { repositories, skipped } = parse({
      queries: [
        good,
        { query: "no answer", relevant: [] },
        3,
        {},
        { query: " ", relevant: ["a"] },
        { query: "no lines", relevant: [{ path: "a", start_line: 9, end_line: 2 }] },
      ],
    });
    expect(repositories[0]?.queries).toHaveLength(1);
    expect(skipped).toEqual([{ name: "n.json", reason: "5 of 6 queries without a text or an answer" }]);
  });

  it("reads a file that begins with a byte order mark", () => {
    const labels = parseLabels('\ufeff{"queries": [{"query": "q", "relevant": ["a"]}]}', "n.json");
    expect([labels.repositories.length, labels.skipped]).toEqual([1, []]);
  });

  it.each([[null], [{}], [{ name: "n", queries: [3] }], [[]]])("takes no repository from %j, and says so", (value) => {
    const { repositories, skipped } = parse(value);
    expect([repositories, skipped.length]).toEqual([[], 1]);
    expect(parseLabels("{", "bad.json").skipped).toEqual([{ name: "bad.json", reason: "not JSON" }]);
  });
});
