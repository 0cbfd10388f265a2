import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { createFolderSourceTree, createMemoryCatalog } from "@outpost/testkit";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";

import { gitBlobId } from "./git-blob-id.ts";
import { indexChangedPaths } from "./index-changed-paths.ts";
import { type IndexRepositoryInput, indexRepository } from "./index-repository.ts";
import type { IndexingPorts } from "./ports.ts";
import { createTestEmbedder, encode, openTestParser, openTestPorts } from "./testing-ports.ts";

const view = "checkout:rep_1";
const parser = openTestParser();
const embedder = createTestEmbedder();
afterAll(() => parser.close());

let root = "";
let catalog = createMemoryCatalog();
let ports: IndexingPorts;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "outpost-index-"));
  catalog = createMemoryCatalog();
  embedder.embedded.length = 0;
  ports = await openTestPorts({ catalog, embedder, parser });
});
afterEach(() => rm(root, { recursive: true }));

async function write(path: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), content);
}

const index = (input: Partial<IndexRepositoryInput> = {}) =>
  indexRepository({ tree: createFolderSourceTree(root), ports, viewId: view, ...input });

describe("indexChangedPaths", () => {
  it("lays a delta of the changed paths over its base", async () => {
    await write("a.py", "a = 1\n");
    await write("b.py", "b = 1\n");
    await write("c.py", "c = 1\n");
    await index();
    const changes = [
      { path: "a.py", content: encode("a = 2\n") },
      { path: "b.py", content: null },
      { path: "new.py", content: encode("def fresh(): pass\n") },
      { path: "c.py", content: new Uint8Array([0, 1]) },
    ];
    embedder.embedded.length = 0;
    const { value } = await indexChangedPaths({ ports, viewId: "run:1", base: view, changes, commit: null });
    expect(embedder.embedded.sort()).toEqual(["a.py", "new.py"]);
    expect(value).toMatchObject({ base: view, files: 2, complete: true });
    expect(catalog.shown("run:1")).toEqual({
      "a.py": gitBlobId(encode("a = 2\n")),
      "new.py": gitBlobId(encode("def fresh(): pass\n")),
    });
    expect(Object.keys(catalog.shown(view))).toEqual(["a.py", "b.py", "c.py"]);
    expect(catalog.skipped("run:1")).toMatchObject([{ path: "c.py", reason: "binary" }]);
  });

  it("adds to what the delta showed before, and stores nothing twice", async () => {
    await write("a.py", "a = 1\n");
    await index();
    const change = (path: string, text: string) =>
      indexChangedPaths({
        ports,
        viewId: "run:1",
        base: view,
        changes: [{ path, content: encode(text) }],
        commit: null,
      });
    await change("x.py", "x = 1\n");
    await change("y.py", "y = 1\n");
    embedder.embedded.length = 0;
    await change("x.py", "x = 1\n");
    expect(embedder.embedded).toEqual([]);
    expect(Object.keys(catalog.shown("run:1"))).toEqual(["a.py", "x.py", "y.py"]);
  });
});
