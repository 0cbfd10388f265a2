import { OutpostError } from "@outpost/protocol";
import type { SourceTree } from "@outpost/retrieval";
import { createFolderSourceTree, createMemoryCatalog, type MemoryCatalog } from "@outpost/testkit";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";

import { gitBlobId } from "./git-blob-id.ts";

import { createTestFolder, type TestFolder, view } from "./testing-folder.ts";
import { encode, openTestParser } from "./testing-ports.ts";

const parser = openTestParser();
afterAll(() => parser.close());

let folder: TestFolder<MemoryCatalog>;
beforeEach(async () => {
  folder = await createTestFolder({ parser, catalog: createMemoryCatalog(), treeOf: createFolderSourceTree });
});
afterEach(() => folder.remove());

describe("an index that is interrupted", () => {
  it.each([0, 1, 2, 3, 4, 5])(
    "after %d writes leaves a sound view, and ends equal when it is run again",
    async (writes) => {
      for (let n = 0; n < 8; n++) await folder.write(`f${n}.py`, `def f${n}(): pass\n`);
      const limits = { batchFiles: 2, filesPerFlip: 4 };
      const whole = createMemoryCatalog();
      await folder.index({ ports: { ...folder.ports, catalog: whole }, limits });
      folder.catalog.failAfter(writes);
      await expect(folder.index({ limits })).rejects.toThrow("told to fail");
      folder.catalog.failAfter(Number.POSITIVE_INFINITY);
      folder.embedder.embedded.length = 0;
      const kept = folder.catalog.entries.size;
      await folder.index({ limits });
      expect(folder.embedder.embedded).toHaveLength(8 - kept);
      expect(folder.catalog.shown(view)).toEqual(whole.shown(view));
      expect(new Map(folder.catalog.entries)).toEqual(new Map(whole.entries));
      expect(new Map(folder.catalog.blobs)).toEqual(new Map(whole.blobs));
    },
  );

  it("by its signal stops and leaves the view as it was", async () => {
    await folder.write("a.txt", "a\n");
    await folder.index();
    for (let n = 0; n < 20; n++) await folder.write(`f${n}.txt`, `text ${n}\n`);
    const controller = new AbortController();
    const onProgress = ({ filesDone }: { filesDone: number }) => filesDone > 5 && controller.abort(new Error("enough"));
    await expect(folder.index({ limits: { batchFiles: 2 }, signal: controller.signal, onProgress })).rejects.toThrow(
      "enough",
    );
    expect(Object.keys(folder.catalog.shown(view))).toEqual(["a.txt"]);
  });

  it("by its embedder leaves the view as it was", async () => {
    await folder.write("a.txt", "a\n");
    await folder.index();
    await folder.write("a.txt", "b\n");
    const failing = {
      ...folder.embedder,
      embedDocuments: () => Promise.reject(new OutpostError("unavailable", "down")),
    };
    await expect(folder.index({ ports: { ...folder.ports, embedder: failing } })).rejects.toMatchObject({
      code: "unavailable",
    });
    expect(folder.catalog.shown(view)).toEqual({ "a.txt": gitBlobId(encode("a\n")) });
  });
});

describe("files that change under it", () => {
  /** Writes a file anew just before each of the first `times` reads. */
  function restless(path: string, times: number): SourceTree {
    const tree = createFolderSourceTree(folder.root);
    let left = times;
    return {
      ...tree,
      read: async (file) => {
        if (file.path === path && left-- > 0) await folder.write(path, `changed, ${left} left\n`);
        return tree.read(file);
      },
    };
  }

  it("are listed again and shown as they are in the end", async () => {
    await folder.write("a.txt", "a\n");
    await folder.write("b.txt", "b\n");
    const { problems } = await folder.index({ tree: restless("a.txt", 2) });
    expect(problems).toEqual([]);
    expect(folder.catalog.shown(view)["a.txt"]).toBe(gitBlobId(encode("changed, 0 left\n")));
  });

  it("without end keep what was shown of them, with a problem", async () => {
    await folder.write("a.txt", "a\n");
    await folder.write("b.txt", "b\n");
    await folder.index();
    await folder.write("a.txt", "a again\n");
    const { problems } = await folder.index({ tree: restless("a.txt", 100) });
    expect(problems).toMatchObject([{ path: "a.txt", detail: expect.stringContaining("shown as it was before") }]);
    expect(folder.catalog.shown(view)["a.txt"]).toBe(gitBlobId(encode("a\n")));
  });

  it("and may not be read are skipped as unreadable", async () => {
    await folder.write("a.txt", "a\n");
    await folder.write("b.txt", "b\n");
    const tree = createFolderSourceTree(folder.root);
    const read: SourceTree["read"] = (file) =>
      file.path === "a.txt" ? Promise.reject(new OutpostError("forbidden", "no permission")) : tree.read(file);
    const { value } = await folder.index({ tree: { ...tree, read } });
    expect(value.skipped).toMatchObject([{ reason: "unreadable", examples: ["a.txt"] }]);
    expect(Object.keys(folder.catalog.shown(view))).toEqual(["b.txt"]);
  });
});
