// The catalog's contract: blobs and entries, what comes back of them, and what is collected.
import { describe, expect, it } from "vitest";
import { rejection } from "../rejection.ts";
import type { CatalogFrame } from "./database.ts";
import { checkout, put, run, sampleFile, showFiles, viewChange } from "./samples.ts";

export function describeEntries(frame: CatalogFrame): void {
  describe("entries", () => {
    it("come back as they were stored", async () => {
      const writer = await frame.writer();
      const files = [
        sampleFile("src/ä.py", "b1", { chunks: 3 }),
        sampleFile("empty.txt", "b2", { chunks: 0, language: "text" }),
        sampleFile("one.py", "b3", { chunks: 1 }),
      ];
      await put(writer, ...files);
      const set = files.map(({ entry }) => ({ path: entry.path, blob: entry.blob }));
      await writer.changeView(viewChange({ set }));
      const entries = await frame.reader().viewEntries(checkout);
      expect([...entries.keys()].sort()).toEqual(["empty.txt", "one.py", "src/ä.py"]);
      for (const { parsed, entry } of files) {
        const [loaded] = await frame.reader().loadEntries([entries.get(entry.path) ?? 0]);
        const { path, blob, language, chunks, terms } = { ...parsed, ...entry };
        expect(loaded).toMatchObject({ path, blob, language, chunks });
        expect(loaded?.terms).toEqual(terms);
        expect([...(loaded?.vectors ?? [])]).toEqual(entry.vectors.flatMap((vector) => [...vector]));
        const [outline] = await frame.reader().loadOutlines([entries.get(entry.path) ?? 0, 999_999]);
        const { symbols, names, counts } = parsed.outline ?? { symbols: [], names: [], counts: [] };
        const entryId = entries.get(entry.path);
        expect(outline).toEqual({ entryId, path, blob, language, symbols, names, counts });
      }
    });

    it("are replaced under new ids in every view that shows them; the others stay", async () => {
      const writer = await frame.writer();
      await showFiles(writer, { "a.py": "b1", "b.py": "b1", "c.py": "b3" });
      await showFiles(writer, { "a.py": "b1" }, { viewId: "checkout:rep_2" });
      await writer.changeView(viewChange({ viewId: run, base: checkout, set: [{ path: "a.py", blob: "b1" }] }));
      const before = await frame.reader().viewEntries(checkout);
      const view = await frame.reader().view(checkout);
      const whole = sampleFile("a.py", "b1", { chunks: 3 });
      await writer.replaceEntries([whole, sampleFile("never.py", "b7")]);
      const after = await frame.reader().viewEntries(checkout);
      expect([...after].filter(([path, id]) => before.get(path) === id).map(([path]) => path)).toEqual([
        "b.py",
        "c.py",
      ]);
      for (const viewId of [checkout, run, "checkout:rep_2"]) {
        const id = (await frame.reader().viewEntries(viewId)).get("a.py") ?? 0;
        expect(await frame.reader().loadEntries([id])).toMatchObject([{ path: "a.py", chunks: whole.parsed.chunks }]);
      }
      expect(await frame.reader().loadEntries([before.get("a.py") ?? 0])).toEqual([]);
      expect(await frame.reader().view(checkout)).toMatchObject({ files: 3, chunks: 7 });
      expect((await frame.reader().view(checkout))?.version).toBeGreaterThan(view?.version ?? 0);
      expect(await frame.reader().readText("b1")).toBe(whole.parsed.text);
      expect(await writer.findMissing([{ path: "never.py", blob: "b7" }])).toHaveLength(1);
      await showFiles(writer, { "c.py": "b3" });
      expect(await writer.collectOrphans(100)).toBe(1);
    });

    it("have chunk ids of their own, which stay", async () => {
      const writer = await frame.writer();
      await showFiles(writer, { "a.py": "b1", "b.py": "b2" });
      const before = await chunkIds(frame);
      await (await frame.reopenWriter()).putEntries([
        sampleFile("a.py", "b1"),
        sampleFile("c.py", "b3", { chunks: 5 }),
      ]);
      await showFiles(await frame.reopenWriter(), { "a.py": "b1", "b.py": "b2", "c.py": "b3", "d.py": "b1" });
      const after = await chunkIds(frame);
      expect(after).toMatchObject(before);
      const all = Object.values(after).flat();
      expect(new Set(all).size).toBe(2 + 2 + 5 + 2);
    });

    it("are missing until they are stored, by path and blob", async () => {
      const writer = await frame.writer();
      await put(writer, sampleFile("a.py", "b1"));
      const pairs = [
        { path: "a.py", blob: "b1" },
        { path: "a.py", blob: "b2" },
        { path: "b.py", blob: "b1" },
      ];
      expect(await writer.findMissing(pairs)).toEqual(pairs.slice(1));
      expect(await (await frame.reopenWriter()).findMissing(pairs)).toEqual(pairs.slice(1));
    });

    it("are told from files of which nothing is stored, by blob and by path", async () => {
      const writer = await frame.writer();
      await put(writer, sampleFile("a.h", "b1", { language: "c" }));
      await put(writer, sampleFile("a.h", "b2", { language: "cpp" }));
      await put(writer, sampleFile("b.h", "b1", { language: "cpp" }));
      const pairs = [
        { path: "a.h", blob: "b3" },
        { path: "c.h", blob: "b1" },
        { path: "d.h", blob: "b1" },
      ];
      expect(await writer.findStored(pairs)).toEqual({ blobs: ["b1"], paths: ["a.h"] });
      expect(await writer.findStored([])).toEqual({ blobs: [], paths: [] });
    });

    it("share their blob, by language", async () => {
      const writer = await frame.writer();
      const { parsed } = sampleFile("a.h", "b1", { language: "c", chunks: 3 });
      await put(writer, sampleFile("a.h", "b1", { language: "c", chunks: 3 }));
      expect(await writer.findParsedBlob("b1", "c")).toEqual(parsed);
      expect(await writer.findParsedBlob("b1", "cpp")).toBeUndefined();
      expect(await writer.findParsedBlob("b2", "c")).toBeUndefined();
    });

    it("that do not fit their blob are refused with their whole batch", async () => {
      const writer = await frame.writer();
      const good = sampleFile("good.py", "b0");
      const { parsed, entry } = sampleFile("a.py", "b1");
      for (const wrong of [
        { ...entry, blob: "b2" },
        { ...entry, terms: entry.terms.slice(1) },
        { ...entry, vectors: entry.vectors.slice(1) },
        { ...entry, vectors: entry.vectors.map((vector) => vector.slice(1)) },
      ]) {
        const batch = [good, { parsed, entry: wrong }];
        expect(await rejection(writer.putEntries(batch))).toMatchObject({ code: "invalid_input" });
      }
      expect(await writer.findMissing([{ path: "good.py", blob: "b0" }])).toHaveLength(1);
    });

    it("that are gone are left out", async () => {
      await showFiles(await frame.writer(), { "a.py": "b1" });
      const [id = 0] = (await frame.reader().viewEntries(checkout)).values();
      expect(await frame.reader().loadEntries([id ?? 0, 999_999])).toHaveLength(1);
    });
  });

  describeTexts(frame);
  describeOrphans(frame);
}

async function chunkIds(frame: CatalogFrame): Promise<Record<string, number[]>> {
  const entries = await frame.reader().viewEntries(checkout);
  const loaded = await frame.reader().loadEntries([...entries.values()].filter((id) => id !== null));
  return Object.fromEntries(
    loaded.map(({ path, firstChunkId, chunks }) => [path, chunks.map((_, index) => firstChunkId + index)]),
  );
}

function describeTexts(frame: CatalogFrame): void {
  describe("texts", () => {
    it.each([
      [1, 1, "one"],
      [2, 3, "\r\nzwö\r"],
      [3, 9, "zwö\r\nlast"],
      [4, 4, "last"],
      [5, 6, ""],
      [3, 2, ""],
    ])("lines %d to %d", async (startLine, endLine, lines) => {
      const file = sampleFile("a.txt", "b1");
      const text = "one\n\r\nzwö\r\nlast\n";
      await put(await frame.writer(), { ...file, parsed: { ...file.parsed, text } });
      expect(await frame.reader().readText("b1", { startLine, endLine })).toBe(lines);
      expect(await frame.reader().readText("b1")).toBe(text);
    });

    it("that are not stored are not found", async () => {
      expect(await rejection(frame.reader().readText("b1"))).toMatchObject({ code: "not_found" });
      await frame.writer();
      expect(await rejection(frame.reader().readText("b1"))).toMatchObject({ code: "not_found" });
    });
  });
}

function describeOrphans(frame: CatalogFrame): void {
  describe("orphans", () => {
    it("are collected, a limited number at a time, and what a view shows stays", async () => {
      const writer = await frame.writer();
      await showFiles(writer, { "a.py": "b1", "b.py": "b2" });
      await put(writer, sampleFile("c.py", "b1"), sampleFile("d.py", "b3"), sampleFile("e.py", "b3"));
      expect(await writer.collectOrphans(2)).toBe(2);
      expect(await writer.collectOrphans(2)).toBe(1);
      expect(await writer.collectOrphans(2)).toBe(0);
      expect(await frame.shown(checkout)).toEqual({ "a.py": "b1", "b.py": "b2" });
      expect(await writer.findParsedBlob("b1", "python")).toBeDefined();
      expect(await writer.findParsedBlob("b3", "python")).toBeUndefined();
      expect(await writer.findMissing([{ path: "c.py", blob: "b1" }])).toHaveLength(1);
    });

    it("are what a removed view alone showed; a base that a delta hides is none", async () => {
      const writer = await frame.writer();
      await showFiles(writer, { "a.py": "b1", "b.py": "b2" });
      await put(writer, sampleFile("a.py", "b9"));
      const set = [{ path: "a.py", blob: "b9" }];
      await writer.changeView(viewChange({ viewId: run, base: checkout, set, removed: ["b.py"] }));
      expect(await writer.collectOrphans(10)).toBe(0);
      await writer.removeView(run);
      expect(await frame.reader().view(run)).toBeNull();
      expect(await writer.collectOrphans(10)).toBe(1);
      expect(await frame.shown(checkout)).toEqual({ "a.py": "b1", "b.py": "b2" });
    });

    it("never give their ids to others", async () => {
      const writer = await frame.writer();
      await showFiles(writer, { "a.py": "b1" });
      const before = await frame
        .reader()
        .loadEntries([...(await frame.reader().viewEntries(checkout)).values()].map(Number));
      await writer.removeView(checkout);
      await writer.collectOrphans(10);
      await showFiles(writer, { "b.py": "b2" });
      const after = await frame
        .reader()
        .loadEntries([...(await frame.reader().viewEntries(checkout)).values()].map(Number));
      expect(after[0]?.entryId).toBeGreaterThan(before[0]?.entryId ?? Number.POSITIVE_INFINITY);
      expect(after[0]?.firstChunkId).toBeGreaterThanOrEqual((before[0]?.firstChunkId ?? 0) + 2);
    });
  });
}
