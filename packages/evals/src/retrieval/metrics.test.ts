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
  it("joins primary and secondary answers, and keeps lines only when both are given", () => {
    const relevant = [{ path: "a", start_line: 1, end_line: 2 }];
    const query = { query: "q", category: "symbol", relevant, secondary: [{ path: "b", start_line: 1 }] };
    const labels = parseLabels({ name: "n", language: "go", benchmark_root: null, queries: [query] }, "n.json");
    expect(labels.root).toBe("");
    expect(labels.queries[0]?.targets).toEqual([target("a", [1, 2]), target("b")]);
  });

  it.each([
    [null],
    [{}],
    [{ name: "n", language: "go", queries: [{}] }],
    [{ name: "n", language: "go", queries: [3] }],
  ])("refuses %j", (value) => {
    expect(() => parseLabels(value, "bad.json")).toThrow(/bad\.json/);
  });
});
