import { createFolderSourceTree, createMemoryCatalog, type MemoryCatalog } from "@outpost/testkit";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";

import { gitBlobId } from "./git-blob-id.ts";
import { indexChangedPaths } from "./index-changed-paths.ts";
import { createTestFolder, type TestFolder, view } from "./testing-folder.ts";
import { encode, openTestParser } from "./testing-ports.ts";

const parser = openTestParser();
afterAll(() => parser.close());

let folder: TestFolder<MemoryCatalog>;
beforeEach(async () => {
  folder = await createTestFolder({ parser, catalog: createMemoryCatalog(), treeOf: createFolderSourceTree });
});
afterEach(() => folder.remove());

describe("indexChangedPaths", () => {
  it("lays a delta of the changed paths over its base", async () => {
    await folder.write("a.py", "a = 1\n");
    await folder.write("b.py", "b = 1\n");
    await folder.write("c.py", "c = 1\n");
    await folder.index();
    const changes = [
      { path: "a.py", content: encode("a = 2\n") },
      { path: "b.py", content: null },
      { path: "new.py", content: encode("def fresh(): pass\n") },
      { path: "c.py", content: new Uint8Array([0, 1]) },
    ];
    folder.embedder.embedded.length = 0;
    const { value } = await indexChangedPaths({
      ports: folder.ports,
      viewId: "run:1",
      base: view,
      changes,
      commit: null,
    });
    expect(folder.embedder.embedded.sort()).toEqual(["a.py", "new.py"]);
    expect(value).toMatchObject({ base: view, files: 2, complete: true });
    expect(folder.catalog.shown("run:1")).toEqual({
      "a.py": gitBlobId(encode("a = 2\n")),
      "new.py": gitBlobId(encode("def fresh(): pass\n")),
    });
    expect(Object.keys(folder.catalog.shown(view))).toEqual(["a.py", "b.py", "c.py"]);
    expect(folder.catalog.skipped("run:1")).toMatchObject([{ path: "c.py", reason: "binary" }]);
  });

  it("adds to what the delta showed before, and stores nothing twice", async () => {
    await folder.write("a.py", "a = 1\n");
    await folder.index();
    const change = (path: string, text: string) =>
      indexChangedPaths({
        ports: folder.ports,
        viewId: "run:1",
        base: view,
        changes: [{ path, content: encode(text) }],
        commit: null,
      });
    await change("x.py", "x = 1\n");
    await change("y.py", "y = 1\n");
    folder.embedder.embedded.length = 0;
    await change("x.py", "x = 1\n");
    expect(folder.embedder.embedded).toEqual([]);
    expect(Object.keys(folder.catalog.shown("run:1"))).toEqual(["a.py", "x.py", "y.py"]);
  });
});
