import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { OutpostError } from "@outpost/protocol";
import type { SourceTree } from "@outpost/retrieval";
import { createFolderSourceTree, createMemoryCatalog } from "@outpost/testkit";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";

import { gitBlobId } from "./git-blob-id.ts";

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

describe("an index that is interrupted", () => {
  it.each([0, 1, 2, 3, 4, 5])(
    "after %d writes leaves a sound view, and ends equal when it is run again",
    async (writes) => {
      for (let n = 0; n < 8; n++) await write(`f${n}.py`, `def f${n}(): pass\n`);
      const limits = { batchFiles: 2, filesPerFlip: 4 };
      const whole = createMemoryCatalog();
      await index({ ports: { ...ports, catalog: whole }, limits });
      catalog.failAfter(writes);
      await expect(index({ limits })).rejects.toThrow("told to fail");
      catalog.failAfter(Number.POSITIVE_INFINITY);
      embedder.embedded.length = 0;
      const kept = catalog.entries.size;
      await index({ limits });
      expect(embedder.embedded).toHaveLength(8 - kept);
      expect(catalog.shown(view)).toEqual(whole.shown(view));
      expect(new Map(catalog.entries)).toEqual(new Map(whole.entries));
      expect(new Map(catalog.blobs)).toEqual(new Map(whole.blobs));
    },
  );

  it("by its signal stops and leaves the view as it was", async () => {
    await write("a.txt", "a\n");
    await index();
    for (let n = 0; n < 20; n++) await write(`f${n}.txt`, `text ${n}\n`);
    const controller = new AbortController();
    const onProgress = ({ filesDone }: { filesDone: number }) => filesDone > 5 && controller.abort(new Error("enough"));
    await expect(index({ limits: { batchFiles: 2 }, signal: controller.signal, onProgress })).rejects.toThrow("enough");
    expect(Object.keys(catalog.shown(view))).toEqual(["a.txt"]);
  });

  it("by its embedder leaves the view as it was", async () => {
    await write("a.txt", "a\n");
    await index();
    await write("a.txt", "b\n");
    const failing = { ...embedder, embedDocuments: () => Promise.reject(new OutpostError("unavailable", "down")) };
    await expect(index({ ports: { ...ports, embedder: failing } })).rejects.toMatchObject({ code: "unavailable" });
    expect(catalog.shown(view)).toEqual({ "a.txt": gitBlobId(encode("a\n")) });
  });
});

describe("files that change under it", () => {
  /** Writes a file anew just before each of the first `times` reads. */
  function restless(path: string, times: number): SourceTree {
    const tree = createFolderSourceTree(root);
    let left = times;
    return {
      ...tree,
      read: async (file) => {
        if (file.path === path && left-- > 0) await write(path, `changed, ${left} left\n`);
        return tree.read(file);
      },
    };
  }

  it("are listed again and shown as they are in the end", async () => {
    await write("a.txt", "a\n");
    await write("b.txt", "b\n");
    const { problems } = await index({ tree: restless("a.txt", 2) });
    expect(problems).toEqual([]);
    expect(catalog.shown(view)["a.txt"]).toBe(gitBlobId(encode("changed, 0 left\n")));
  });

  it("without end keep what was shown of them, with a problem", async () => {
    await write("a.txt", "a\n");
    await write("b.txt", "b\n");
    await index();
    await write("a.txt", "a again\n");
    const { problems } = await index({ tree: restless("a.txt", 100) });
    expect(problems).toMatchObject([{ path: "a.txt", detail: expect.stringContaining("shown as it was before") }]);
    expect(catalog.shown(view)["a.txt"]).toBe(gitBlobId(encode("a\n")));
  });

  it("and may not be read are skipped as unreadable", async () => {
    await write("a.txt", "a\n");
    await write("b.txt", "b\n");
    const tree = createFolderSourceTree(root);
    const read: SourceTree["read"] = (file) =>
      file.path === "a.txt" ? Promise.reject(new OutpostError("forbidden", "no permission")) : tree.read(file);
    const { value } = await index({ tree: { ...tree, read } });
    expect(value.skipped).toMatchObject([{ reason: "unreadable", examples: ["a.txt"] }]);
    expect(Object.keys(catalog.shown(view))).toEqual(["b.txt"]);
  });
});
