// find_symbol and repository_map over prepared answers.
import type { Worktree } from "@outpost/core";
import type { CodeSymbol } from "@outpost/protocol";
import { callTool, createPreparedCode, createTempWorktree, createToolContext } from "@outpost/testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findSymbol } from "./find-symbol.ts";
import { repositoryMap } from "./repository-map.ts";

let worktree: Worktree;
beforeAll(async () => {
  worktree = await createTempWorktree({ "src/a.py": "" });
});
afterAll(() => worktree.close());

type Answers = Parameters<typeof createPreparedCode>[0];
const call = (tool: Parameters<typeof callTool>[0], given: unknown, answers: Answers, overrides = {}) =>
  callTool(tool, given, createToolContext(worktree, { code: createPreparedCode(answers), ...overrides }));

const absent = {
  state: "absent" as const,
  files: 0,
  chunks: 0,
  skippedFiles: 0,
  indexedAtMs: null,
  staleFiles: 0,
  freshness: "on_request" as const,
  notes: [],
};
const symbol = (name: string, line: number, container = ""): CodeSymbol => {
  return {
    name,
    kind: "method",
    path: "src/a.py",
    language: "python",
    line,
    startLine: line,
    endLine: line + 3,
    container,
  };
};

describe("find_symbol", () => {
  it("shows place, kind and what encloses it", async () => {
    const { ok, text } = await call(
      findSymbol,
      { name: "open" },
      { symbols: { items: [symbol("open", 3, "Store")], total: 1 } },
    );
    expect({ ok, text }).toEqual({ ok: true, text: '1 definition of "open"\nsrc/a.py:3-6 method Store.open' });
  });

  it("says what there is instead, and that an index without files proves nothing", async () => {
    expect(await call(findSymbol, { name: "opne" }, {})).toEqual({
      ok: true,
      text: '"opne" is defined nowhere in the index; try grep_code',
    });
    const { ok, text } = await call(findSymbol, { name: "x" }, { symbols: { coverage: absent } });
    expect(ok).toBe(false);
    expect(text).toContain("the index is absent");
    const code = createPreparedCode({});
    const symbols: typeof code.symbols = async (query) =>
      query.prefix === undefined
        ? { items: [], total: 0, coverage: { ...absent, state: "ready" } }
        : createPreparedCode({ symbols: { items: [symbol("opener", 9)] } }).symbols(
            query,
            new AbortController().signal,
          );
    const near = await callTool(
      findSymbol,
      { name: "open" },
      createToolContext(worktree, { code: { ...code, symbols } }),
    );
    expect(near.text).toContain("names that begin so:\nsrc/a.py:9-12 method opener");
  });
});

describe("find_symbol with uses", () => {
  const items = [
    { path: "src/b.py", line: 5, text: "open(1)", within: "main" },
    { path: "src/c.py", line: 1, text: "import open", within: null },
  ];

  it("shows definitions, then lines, and that they are by spelling", async () => {
    const references = { items, definitions: [symbol("open", 3)], totalFiles: 2, isCut: true };
    const { ok, text } = await call(findSymbol, { name: "open", uses: true }, { references });
    expect(ok).toBe(true);
    expect(text.split("\n")).toEqual([
      "2 lines in 2 files, by spelling, there are more",
      "defined src/a.py:3-6 method open",
      "src/b.py:5 in main: open(1)",
      "src/c.py:1: import open",
    ]);
  });

  it("stays under its bound, and says what it does not look at", async () => {
    const many = Array.from({ length: 300 }, (_, n) => ({
      ...items[0],
      path: `src/f${n}.py`,
      line: n,
      text: "x".repeat(400),
      within: null,
    }));
    const { text } = await call(
      findSymbol,
      { name: "x", uses: true },
      { references: { items: many, totalFiles: 300 } },
      { observationCharacters: 1200 },
    );
    expect(text.length).toBeLessThanOrEqual(1200);
    expect((await call(findSymbol, { name: "gone", uses: true }, {})).text).toContain(
      "comments and strings are not searched",
    );
  });
});

describe("repository_map", () => {
  const file = { path: "src/a.py", language: "python", rank: 1, symbols: [] };

  it("shows the map under its bound, and asks for the focus as the index names it", async () => {
    const asked: unknown[] = [];
    const code = createPreparedCode({
      map: { files: [file], text: "src/a.py\n  3 method open\n".repeat(400), omittedFiles: 7 },
    });
    const map: typeof code.map = (query, signal) => {
      asked.push(query);
      return code.map(query, signal);
    };
    const context = createToolContext(worktree, { code: { ...code, map }, observationCharacters: 900 });
    const { ok, text } = await callTool(repositoryMap, { focus: "./src/" }, context);
    expect(ok).toBe(true);
    expect(text.length).toBeLessThanOrEqual(900);
    expect(text).toMatch(/^most used first, by references; 7 more files\nsrc\/a\.py\n {2}3 method open/);
    await callTool(repositoryMap, {}, context);
    expect(asked).toEqual([{ tokens: 266, focus: "src" }, { tokens: 266 }]);
  });

  it("sends elsewhere when there is nothing to map", async () => {
    expect(await call(repositoryMap, {}, {})).toMatchObject({
      ok: false,
      text: expect.stringContaining("use list_directory"),
    });
  });
});
