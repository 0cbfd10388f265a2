// What versions of a tree share is not done again: chunks by their blob, vectors by their embedded text.

import type { SourceTree } from "@outpost/retrieval";
import { createMemoryCatalog } from "@outpost/testkit";
import { beforeEach, describe, expect, it } from "vitest";
import type { Parser } from "../parser/parser.ts";
import { gitBlobId } from "./git-blob-id.ts";
import { indexRepository } from "./index-repository.ts";
import type { IndexingPorts } from "./ports.ts";
import { quantise } from "./quantise.ts";
import { createTestEmbedder, encode, openTestPorts } from "./testing-ports.ts";

type Files = ReadonlyMap<string, string>;

/** A worktree: only what it holds, no disk. */
function treeOf(files: Files): SourceTree {
  return {
    async list() {
      const listed = [...files].map(([path, text]) => ({ path, blob: gitBlobId(encode(text)), bytes: text.length }));
      return { files: listed.sort((a, b) => (a.path < b.path ? -1 : 1)), problems: [], commit: null };
    },
    read: async ({ path }) => encode(files.get(path) ?? ""),
  };
}

/** One chunk a paragraph. */
function createCountingParser(): Parser & { parsed: string[] } {
  const parsed: string[] = [];
  return {
    parsed,
    async parse({ path, text }) {
      parsed.push(path);
      let line = 1;
      const chunks = text.split("\n\n").map((paragraph) => {
        const startLine = line;
        line += paragraph.split("\n").length + 1;
        return { startLine, endLine: line - 1, kind: "block", symbol: null, scope: [], definitions: [] };
      });
      return { chunks, hasParseErrors: false, errors: [], problem: null };
    },
    stats: () => ({ starts: 0, crashes: 0, timeouts: 0, peakRssBytes: 0 }),
    rest: async () => {},
    settle: async () => {},
    close: async () => {},
  };
}

let catalog = createMemoryCatalog();
let embedder = createTestEmbedder();
let parser = createCountingParser();
let ports: IndexingPorts;
beforeEach(async () => {
  catalog = createMemoryCatalog();
  embedder = createTestEmbedder();
  parser = createCountingParser();
  ports = await openTestPorts({ catalog, embedder, parser });
});

const index = (viewId: string, files: Files, base?: string) =>
  indexRepository({ tree: treeOf(files), ports, viewId, ...(base === undefined ? {} : { base }) });
const textOf = (viewId: string, path: string) => {
  const blob = catalog.shown(viewId)[path];
  return [...catalog.blobs.values()].find((parsed) => parsed.blob === blob)?.text;
};

describe("two worktrees of 2,000 files that differ in 30", () => {
  const main = new Map(
    Array.from({ length: 2_000 }, (_, n) => [`src/part${n % 40}/file${n}.txt`, `file ${n}, line one\nline two\n`]),
  );
  const other = new Map([...main].map(([path, text], at) => [path, at % 67 === 3 ? `${text}of the other\n` : text]));
  const different = [...other].filter(([path, text]) => main.get(path) !== text).map(([path]) => path);

  it.each([
    ["as a repository of its own", "checkout:rep_2", undefined],
    ["as a run's view over the first", "run:run_1", "checkout:rep_1"],
  ])("cost 30 files, and each sees its own text: %s", async (_how, viewId, base) => {
    expect(different).toHaveLength(30);
    await index("checkout:rep_1", main);
    expect([parser.parsed.length, embedder.embedded.length]).toEqual([2_000, 2_000]);
    parser.parsed.length = 0;
    embedder.embedded.length = 0;
    const { value } = await index(viewId, other, base);
    expect(value).toMatchObject({ stored: 30, view: { files: 2_000 } });
    expect(parser.parsed.sort()).toEqual(different.sort());
    expect(embedder.embedded.sort()).toEqual(different.sort());
    for (const path of [...different, "src/part0/file0.txt"]) {
      expect(textOf("checkout:rep_1", path)).toBe(main.get(path));
      expect(textOf(viewId, path)).toBe(other.get(path));
    }
  });
});

describe("vectors", () => {
  it("of unchanged chunks are taken from another version of the path; a renamed file is embedded anew", async () => {
    await index("checkout:rep_1", new Map([["a.txt", "one\n\ntwo words\n\nthree"]]));
    embedder.embedded.length = 0;
    await index("checkout:rep_1", new Map([["a.txt", "one\n\ntwo other words\n\nthree"]]));
    expect(embedder.embedded).toEqual(["a.txt"]);
    const blob = gitBlobId(encode("one\n\ntwo other words\n\nthree"));
    const { vectors } = catalog.entries.get(`${blob} a.txt`) ?? {};
    const expected = await createTestEmbedder().embedDocuments(
      ["one\n\n", "two other words\n\n", "three"].map((text) => ({ path: "a.txt", symbol: null, text })),
    );
    expect(vectors?.map((vector) => [...vector])).toEqual(expected.map((vector) => [...quantise(vector)]));
    embedder.embedded.length = 0;
    await index("checkout:rep_1", new Map([["b.txt", "one\n\ntwo other words\n\nthree"]]));
    expect(embedder.embedded).toEqual(["b.txt", "b.txt", "b.txt"]);
  });
});
