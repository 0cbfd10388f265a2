// The catalog's contract: readers beside a writer, identities that do not mix, stat caches.
import type { StatCache } from "@outpost/retrieval";
import { describe, expect, it } from "vitest";
import type { CatalogFrame } from "./database.ts";
import { checkout, identity, otherIdentity, put, run, sampleFile, showFiles, viewChange } from "./samples.ts";

export function describeGenerations(frame: CatalogFrame): void {
  describe("a reader", () => {
    it("finds nothing where there is no catalog", async () => {
      const reader = frame.reader();
      expect(await reader.identity()).toBeNull();
      expect(await reader.view(checkout)).toBeNull();
      expect(await reader.viewEntries(checkout)).toEqual(new Map());
      expect(await reader.loadEntries([1])).toEqual([]);
      expect(await reader.skipped(checkout)).toEqual([]);
      expect(await reader.sizeBytes()).toBe(0);
    });

    it("sees what the writer did since, without opening again", async () => {
      const writer = await frame.writer();
      expect(await frame.reader().identity()).toEqual(identity);
      expect(await frame.reader().view(checkout)).toBeNull();
      await showFiles(writer, { "a.py": "b1" }, { complete: false });
      expect(await frame.reader().view(checkout)).toMatchObject({ files: 1, complete: false });
      await showFiles(writer, { "a.py": "b1", "b.py": "b2" });
      expect(await frame.shown(checkout)).toEqual({ "a.py": "b1", "b.py": "b2" });
      expect(await frame.reader().sizeBytes()).toBeGreaterThan(1_000);
    });
  });

  describe("another identity", () => {
    const other = { dimensions: otherIdentity.dimensions };

    it("starts empty; each view stays as it was until it is complete there, and goes over by itself", async () => {
      const writer = await frame.writer();
      await showFiles(writer, { "a.py": "b1" });
      await showFiles(writer, { "z.py": "b2" }, { viewId: "checkout:rep_2" });
      const [oldId = 0] = [...(await frame.reader().viewEntries(checkout)).values()].map(Number);
      await writer.open(otherIdentity);
      expect(await writer.findMissing([{ path: "a.py", blob: "b1" }])).toHaveLength(1);
      expect(await writer.shownFiles(checkout)).toEqual({ blobs: new Map(), skipped: [] });
      expect((await writer.findParsedBlob("b1", "python"))?.chunks).toHaveLength(2);
      await showFiles(writer, { "a.py": "b9" }, { ...other, complete: false });
      await showFiles(writer, { "a.py": "b9" }, { ...other, viewId: run, base: checkout });
      expect(await frame.reader().identity()).toEqual(identity);
      expect(await frame.shown(checkout)).toEqual({ "a.py": "b1" });
      expect(await frame.reader().view(run)).toBeNull();
      await showFiles(writer, { "a.py": "b9", "b.py": "b1" }, other);
      expect(await frame.reader().identity()).toEqual(otherIdentity);
      expect(await frame.shown(checkout)).toEqual({ "a.py": "b9", "b.py": "b1" });
      expect(await frame.reader().identity(checkout)).toEqual(otherIdentity);
      expect(await frame.shown("checkout:rep_2")).toEqual({ "z.py": "b2" });
      expect(await frame.reader().identity("checkout:rep_2")).toEqual(identity);
      expect(await writer.collectOrphans(100)).toBe(1);
      expect(await frame.reader().loadEntries([oldId])).toEqual([]);
      expect(await frame.shown(checkout)).toEqual({ "a.py": "b9", "b.py": "b1" });
    });

    it("keeps what the old one shows of other views over going back and forth", async () => {
      const writer = await frame.writer();
      await showFiles(writer, { "a.py": "b1" });
      await showFiles(writer, { "z.py": "b2" }, { viewId: "checkout:rep_2" });
      await writer.open(otherIdentity);
      await showFiles(writer, { "a.py": "b9" }, other);
      await writer.open(identity);
      await showFiles(writer, { "a.py": "b3" }, { complete: false });
      expect(await frame.shown(checkout)).toEqual({ "a.py": "b9" });
      await showFiles(writer, { "a.py": "b4" });
      expect(await frame.shown(checkout)).toEqual({ "a.py": "b4" });
      expect(await frame.shown("checkout:rep_2")).toEqual({ "z.py": "b2" });
      expect(await frame.reader().identity(checkout)).toEqual(identity);
      await writer.collectOrphans(100);
      expect(await frame.shown("checkout:rep_2")).toEqual({ "z.py": "b2" });
    });

    it("takes vectors from what the same embedder made, and chunks from what the same chunker made", async () => {
      const writer = await frame.writer();
      await showFiles(writer, { "a.py": "b1" });
      await showFiles(writer, { "a.py": "b2" });
      const { parsed, entry } = sampleFile("a.py", "b2");
      await writer.open({ ...identity, chunker: "c2" });
      expect(await writer.findParsedBlob("b2", "python")).toBeUndefined();
      const [latest, before, ...more] = await writer.findEmbedded("a.py", 5);
      expect(latest).toMatchObject({ text: parsed.text, chunks: parsed.chunks });
      expect([...(latest?.vectors ?? [])]).toEqual(entry.vectors.flatMap((vector) => [...vector]));
      expect(before?.text).toBe(sampleFile("a.py", "b1").parsed.text);
      expect(more).toEqual([]);
      expect(await writer.findEmbedded("a.py", 1)).toHaveLength(1);
      expect(await writer.findEmbedded("other.py", 5)).toEqual([]);
      await writer.open(otherIdentity);
      expect(await writer.findEmbedded("a.py", 5)).toEqual([]);
      expect(await writer.findParsedBlob("b2", "python")).toEqual(parsed);
    });

    it("is shown at once where there is nothing complete to lose", async () => {
      const writer = await frame.writer();
      await showFiles(writer, { "a.py": "b1" }, { complete: false });
      await writer.open(otherIdentity);
      expect(await frame.reader().identity()).toEqual(otherIdentity);
      expect(await frame.reader().view(checkout)).toBeNull();
    });

    it("is dropped when the first one is opened again", async () => {
      const writer = await frame.writer();
      await showFiles(writer, { "a.py": "b1" });
      await writer.open(otherIdentity);
      await showFiles(writer, { "a.py": "b9" }, { ...other, complete: false });
      await writer.open({ ...identity });
      expect(await writer.findMissing([{ path: "a.py", blob: "b1" }])).toEqual([]);
      expect(await frame.shown(checkout)).toEqual({ "a.py": "b1" });
      expect(await writer.collectOrphans(100)).toBe(1);
      await writer.open(otherIdentity);
      expect(await writer.findMissing([{ path: "a.py", blob: "b9" }])).toHaveLength(1);
    });

    it.each(["embedder", "dimensions", "chunker", "filePolicy"])("is one that differs in its %s", async (part) => {
      const writer = await frame.writer();
      await put(writer, sampleFile("a.py", "b1"));
      await writer.open({ ...identity, [part]: part === "dimensions" ? 5 : "new" });
      expect(await writer.findMissing([{ path: "a.py", blob: "b1" }])).toHaveLength(1);
    });
  });

  describe("stat caches", () => {
    const cache: StatCache = new Map([
      ["ä b.py", { size: 2 ** 40, mtimeNs: 1_800_000_000_123_456_789n, inode: 2n ** 64n - 1n, blob: "b1" }],
      ["old.py", { size: 0, mtimeNs: -1n, inode: 0n, blob: "b2" }],
    ]);

    it("come back whole, by view, and are empty before", async () => {
      const writer = await frame.writer();
      expect(await writer.loadStatCache(checkout)).toEqual(new Map());
      await writer.saveStatCache(checkout, new Map([["x", { size: 1, mtimeNs: 1n, inode: 1n, blob: "b" }]]));
      await writer.saveStatCache(checkout, cache);
      await writer.saveStatCache(run, new Map());
      const again = await frame.reopenWriter();
      expect(await again.loadStatCache(checkout)).toEqual(cache);
      expect(await again.loadStatCache(run)).toEqual(new Map());
    });

    it("go with their view", async () => {
      const writer = await frame.writer();
      await writer.changeView(viewChange());
      await writer.saveStatCache(checkout, cache);
      await writer.removeView(checkout);
      expect(await writer.loadStatCache(checkout)).toEqual(new Map());
    });
  });
}
