import type { SourceTree } from "@outpost/retrieval";
import { createMemoryCatalog } from "@outpost/testkit";
import { afterAll, beforeEach, expect, it } from "vitest";
import { gitBlobId } from "./git-blob-id.ts";
import { indexPaths } from "./index-paths.ts";
import { indexRepository } from "./index-repository.ts";
import type { IndexingPorts } from "./ports.ts";
import { createTestEmbedder, encode, listTexts, openTestParser, openTestPorts } from "./testing-ports.ts";

const viewId = "checkout:rep_1";
const parser = openTestParser();
afterAll(() => parser.close());

let files = new Map<string, string>();
let catalog = createMemoryCatalog();
let ports: IndexingPorts;
/** Tells the paths it is asked for from the files; a name with "?" makes it say that only a listing tells. */
const tree: SourceTree = {
  async list() {
    return listTexts(files);
  },
  async readPaths(paths) {
    if (paths.some((path) => path.includes("?"))) return null;
    return paths.map((path) => ({ path, content: files.has(path) ? encode(files.get(path) ?? "") : null }));
  },
  read: async ({ path }) => encode(files.get(path) ?? ""),
};
const shownText = (text: string) => gitBlobId(encode(text));
const index = (...paths: string[]) => indexPaths({ tree, ports, viewId, paths, commit: null });

beforeEach(async () => {
  files = new Map([
    ["a.txt", "one\n"],
    ["b.txt", "two\n"],
    ["c.txt", "three\n"],
  ]);
  catalog = createMemoryCatalog();
  ports = await openTestPorts({ catalog, embedder: createTestEmbedder(), parser });
  await indexRepository({ tree, ports, viewId });
});

it("changes what it is told and nothing else", async () => {
  files = new Map([
    ["a.txt", "other\n"],
    ["c.txt", "unseen\n"],
    ["new.txt", "four\n"],
  ]);
  expect(await index("a.txt", "b.txt", "new.txt")).toMatchObject({ view: { files: 3, complete: true }, problems: [] });
  expect(catalog.shown(viewId)).toEqual({
    "a.txt": shownText("other\n"),
    "c.txt": shownText("three\n"),
    "new.txt": shownText("four\n"),
  });
});

it("leaves a view alone that shows what the paths hold", async () => {
  const before = catalog.changes.length;
  expect(await index("a.txt", "ignored.log")).toEqual({ view: null, problems: [] });
  expect(catalog.changes.length).toBe(before);
});

it.each([
  ["the tree says so", "really?.txt", "x\n"],
  ["a file would be left out", "data.txt", "\0\u0001\u0002"],
])("asks for a whole pass where %s", async (_, path, text) => {
  files.set(path, text);
  expect(await index("a.txt", path)).toBeNull();
  const sha256 = { tree, ports, viewId, paths: ["a.txt"], commit: "f".repeat(64) };
  expect(await indexPaths(sha256)).toBeNull();
});
