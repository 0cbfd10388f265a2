import type { IndexStatus, IndexVerification, Repository, SearchResponse, Task } from "@outpost/protocol";
import { describe, expect, it } from "vitest";
import { readablePaint } from "../render/samples.ts";
import { renderIndexStatus } from "./index-repository.ts";
import { renderSearch } from "./search.ts";
import { renderTask, renderTasks } from "./tasks.ts";
import { renderVerification } from "./verify-index.ts";

const repository = { id: "rep_1", name: "parcel" } as Repository;
const task = {
  id: "tsk_0000000000000000000000",
  spec: {
    repositoryId: "rep_1",
    instruction: "say\nwhat\tis asked, at length and more",
    workflow: "edit",
    priority: 9,
  },
  state: "proposed",
  seq: 12,
  attempt: 2,
  revision: 1,
  outcome: null,
  createdAtMs: Date.now() - 65_000,
} as Task;

it("a table of tasks fits the terminal", () => {
  expect(renderTasks([task], [repository], readablePaint(88))).toBe(
    "tsk_0000000000000000000000  proposed  1 min ago  parcel  say what is asked, at length a…",
  );
  expect(renderTasks([task], [], readablePaint())).toContain("(forgotten)  say what is asked, at length and more");
  expect(renderTasks([], [], readablePaint())).toContain('outpost run "…"');
});

it("one task says what is unusual about it", () => {
  expect(renderTask(task, readablePaint()).split("\n").at(-1)).toBe(
    "submitted 1 min ago, attempt 2, priority 9, change revision 1, 12 events",
  );
  const told = (expandGoal: boolean) => renderTask({ ...task, spec: { ...task.spec, expandGoal } }, readablePaint());
  expect(told(false)).toContain(", asks no model for words to look for, ");
  expect(told(true)).toContain(", asks its model for words to look for, ");
});

const index: IndexStatus = {
  repositoryId: "rep_1" as never,
  state: "ready",
  files: 3,
  chunks: 1200,
  skipped: [{ reason: "too_large", files: 9, examples: ["a.json", "b.json", "c.json", "d.json"] }],
  languages: { python: 2, cpp: 1 },
  progress: null,
  indexedAtMs: Date.now(),
  durationMs: 1500,
  error: null,
  freshness: "on_request",
  staleFiles: 0,
};
it.each([
  [
    "ready",
    {},
    "parcel: index ready, 3 files, 1,200 chunks, took 1.5 s, just now\n  looks at its source when asked: outpost index\n  2 python, 1 cpp\n  skipped 9 files, too large: a.json, b.json, c.json, …",
  ],
  ["absent", { state: "absent" }, "parcel: no index yet; make one with: outpost index parcel"],
  [
    "failed",
    { state: "failed", error: "disk full", skipped: [], freshness: "followed", staleFiles: 2 },
    "parcel: index failed, 3 files, 1,200 chunks, took 1.5 s, just now\n  the last update failed: disk full\n  follows its source; 2 paths changed and not indexed yet\n  2 python, 1 cpp\n  nothing was skipped",
  ],
] as const)("an index that is %s", (_state, given, expected) => {
  expect(renderIndexStatus(repository, { ...index, ...given } as IndexStatus, readablePaint())).toBe(expected);
});

describe("a comparison of an index", () => {
  const verified: IndexVerification = {
    ...{ repositoryId: "rep_1" as never, files: 3, chunks: 9, faults: [], left: null, tookMs: 1200 },
    counts: { missing: 0, outdated: 0, extra: 0, damaged: 0 },
  };
  const faulty: IndexVerification = {
    ...verified,
    counts: { missing: 0, outdated: 30, extra: 0, damaged: 1 },
    faults: [
      { path: "a.py", fault: "damaged", detail: "the stored text is another" },
      ...Array.from({ length: 30 }, (_, n) => ({ path: `b${n}.py`, fault: "outdated" as const, detail: "d" })),
    ],
  };
  const said = (value: IndexVerification) => renderVerification(repository, value, readablePaint()).split("\n");

  it("says when all is well, what is not, and how to mend it", () => {
    expect(said(verified)).toEqual(["parcel: the index shows what is there; 3 files and 9 chunks compared in 1.2 s"]);
    expect(said(faulty).slice(0, 3)).toEqual([
      "parcel: 30 outdated, 1 damaged; 3 files and 9 chunks compared in 1.2 s",
      "  damaged   a.py  the stored text is another",
      "  outdated  b0.py  d",
    ]);
    expect(said(faulty).slice(-2)).toEqual(["  … 11 more", "mend it with: outpost index repair parcel"]);
    expect(said({ ...faulty, left: 0 }).at(-1)).toBe("all mended");
    expect(said({ ...faulty, left: 2 }).at(-1)).toBe("2 faults left; see the server's log");
  });
});

const found: SearchResponse = {
  hits: [
    {
      path: "a.py",
      startLine: 7,
      endLine: 20,
      language: "python",
      kind: "function",
      symbol: "f",
      text: "def f():\n\n    a\n    b\n    c\n    d\n    e\n\n    f\n    g\n",
      score: 1.234,
      reasons: [
        { signal: "lexical", value: 0.5, detail: "f" },
        { signal: "penalty", value: 0.4, detail: "test" },
      ],
    },
  ],
  coverage: {
    state: "ready",
    files: 3,
    chunks: 9,
    skippedFiles: 1,
    indexedAtMs: 0,
    staleFiles: 2,
    freshness: "followed",
    notes: [],
  },
  tookMs: 3.14,
  loadMs: 0.2,
};
it("hits show the first of their lines, why they are hits, and what the answer covers", () => {
  expect(renderSearch(found, true, readablePaint(40))).toBe(
    [
      "a.py:7-20 f score 1.23",
      "       + 0.50  lexical     f",
      "       × 0.40  penalty     test",
      "     7 def f():",
      "     8 ",
      "     9     a",
      "    10     b",
      "    11     c",
      "    12     d",
      "    13     e",
      "       … 3 more lines",
      "",
      "1 hit in 3.1 ms; index ready: 3 files, 9",
      "chunks, 1 skipped, 2 changed since",
    ].join("\n"),
  );
  const long = {
    ...{ ...found.hits[0], startLine: 101, endLine: 150, bestLine: 130, reasons: [] },
    text: Array.from({ length: 50 }, (_, at) => (at === 27 ? "" : `line ${at + 101}`)).join("\n"),
  } as SearchResponse["hits"][number];
  const preview = (bestLine: number) =>
    renderSearch({ ...found, hits: [{ ...long, bestLine }] }, false, readablePaint()).split("\n");
  expect(preview(130).slice(1, 4)).toEqual(["       … 28 lines above", "   129 line 129", "   130 line 130"]);
  expect(preview(130)).toContain("       … 14 more lines");
  const inside = { ...found, hits: [{ ...long, symbol: null, within: "load" }] };
  expect(renderSearch(inside, false, readablePaint())).toMatch(/^a\.py:101-150 in load score/);
  expect(preview(105)[1]).toBe("   101 line 101");
  expect(preview(150).slice(1, 3)).toEqual(["       … 42 lines above", "   143 line 143"]);
  const old = { ...found.coverage, freshness: "on_request" as const, indexedAtMs: Date.now() - 3_600_000 };
  const said = (staleFiles: number) =>
    renderSearch({ ...found, coverage: { ...old, staleFiles } }, false, readablePaint());
  expect(said(2)).toMatch(/, 2 changed since \(outpost index\)$/);
  expect(said(0)).toMatch(/, 1 skipped, as of 1 h ago$/);
  expect(renderSearch({ ...found, hits: [] }, false, readablePaint())).toMatch(/^nothing found in/);
  const loaded = renderSearch({ ...found, tookMs: 5321, loadMs: 5310 }, false, readablePaint());
  expect(loaded).toContain("1 hit in 5.3 s (5.3 s to load the index); index ready");
});
