// The catalog's contract: views, deltas, and what is skipped.
import type { SkippedFile } from "@outpost/retrieval";
import { describe, expect, it } from "vitest";
import { rejection } from "../rejection.ts";
import type { CatalogFrame } from "./database.ts";
import { followView } from "./follow-view.ts";
import { checkout, put, run, sampleFile, showFiles, viewChange } from "./samples.ts";

export function describeViews(frame: CatalogFrame): void {
  describe("a view", () => {
    it("says what it is", async () => {
      const writer = await frame.writer();
      await put(writer, sampleFile("a.py", "b1"), sampleFile("b.py", "b2", { chunks: 5 }));
      const set = [
        { path: "a.py", blob: "b1" },
        { path: "b.py", blob: "b2" },
      ];
      const summary = await writer.changeView(viewChange({ set, complete: false, commit: "c0ffee", nowMs: 77 }));
      const { version } = summary;
      expect(summary).toEqual({
        ...{ viewId: checkout, base: null, version, complete: false, files: 2, chunks: 7 },
        ...{ indexedAtMs: 77, commit: "c0ffee" },
      });
      expect(await frame.reader().view(checkout)).toEqual(summary);
    });

    it("changes by what is named, and keeps the rest", async () => {
      const writer = await frame.writer();
      await showFiles(writer, { "a.py": "b1", "b.py": "b2", "c.py": "b3" });
      await put(writer, sampleFile("b.py", "b4"), sampleFile("d.py", "b5"));
      const set = [
        { path: "b.py", blob: "b4" },
        { path: "d.py", blob: "b5" },
      ];
      const summary = await writer.changeView(viewChange({ set, removed: ["a.py", "never.py"] }));
      expect(summary).toMatchObject({ files: 3, chunks: 6 });
      expect(await frame.shown(checkout)).toEqual({ "b.py": "b4", "c.py": "b3", "d.py": "b5" });
    });

    it("says which blobs it shows at some paths", async () => {
      const writer = await frame.writer();
      await showFiles(writer, { "a.py": "b1", "b.py": "b2" });
      await put(writer, sampleFile("c.py", "b3"));
      expect(await writer.shownBlobs(checkout, ["b.py", "c.py", "never.py", "a.py"])).toEqual(
        new Map([
          ["b.py", "b2"],
          ["a.py", "b1"],
        ]),
      );
      expect(await writer.shownBlobs(run, ["a.py"])).toEqual(new Map());
      const skipped: SkippedFile[] = [{ path: "x.png", blob: "b9", reason: "binary", detail: "d" }];
      await writer.changeView(viewChange({ viewId: run, base: checkout, removed: ["a.py"], skipped }));
      await writer.changeView(viewChange({ viewId: run, base: checkout, set: [{ path: "c.py", blob: "b3" }] }));
      expect(await writer.shownFiles(run)).toEqual({ blobs: new Map([["c.py", "b3"]]), skipped });
      const blobs = new Map(Object.entries({ "a.py": "b1", "b.py": "b2" }));
      expect(await writer.shownFiles(checkout)).toEqual({ blobs, skipped: [] });
      expect(await writer.shownFiles("run:run_9")).toEqual({ blobs: new Map(), skipped: [] });
    });

    it("can be replaced as a whole", async () => {
      const writer = await frame.writer();
      await showFiles(writer, { "a.py": "b1", "b.py": "b2" });
      await showFiles(writer, { "b.py": "b2", "c.py": "b3" });
      expect(await frame.shown(checkout)).toEqual({ "b.py": "b2", "c.py": "b3" });
      await showFiles(writer, {});
      expect(await frame.reader().view(checkout)).toMatchObject({ files: 0, chunks: 0, complete: true });
    });

    it("counts its versions up, over its removal too", async () => {
      const writer = await frame.writer();
      const versions: number[] = [];
      for (let change = 0; change < 3; change++) versions.push((await writer.changeView(viewChange())).version);
      await writer.removeView(checkout);
      versions.push((await (await frame.reopenWriter()).changeView(viewChange())).version);
      expect(versions).toEqual([...new Set(versions)].sort((left, right) => left - right));
    });

    it("keeps its version when it is replaced by what it shows, and says when that was", async () => {
      const writer = await frame.writer();
      const skipped: SkippedFile[] = [{ path: "x.png", blob: "b9", reason: "binary", detail: "d" }];
      await showFiles(writer, { "a.py": "b1" }, { skipped });
      const before = await frame.reader().view(checkout);
      await showFiles(writer, { "a.py": "b1" }, { skipped, nowMs: 5_000 });
      expect(await frame.reader().view(checkout)).toEqual({ ...before, indexedAtMs: 5_000 });
      const later = [{ skipped: [] }, { skipped, complete: false }, { skipped, commit: "c0ffee" }];
      const versions = [before?.version ?? 0];
      for (const change of later) {
        await showFiles(writer, { "a.py": "b1" }, change);
        versions.push((await frame.reader().view(checkout))?.version ?? 0);
      }
      expect(versions).toEqual([...new Set(versions)].sort((left, right) => left - right));
    });

    it("does not show what is not stored, and stays as it was", async () => {
      const writer = await frame.writer();
      await showFiles(writer, { "a.py": "b1" });
      const before = await frame.reader().view(checkout);
      const set = [
        { path: "a.py", blob: "b1" },
        { path: "a.py", blob: "b2" },
      ];
      const change = viewChange({ set, replace: true, removed: ["a.py"] });
      expect(await rejection(writer.changeView(change))).toMatchObject({ code: "conflict" });
      expect(await frame.reader().view(checkout)).toEqual(before);
      expect(await frame.shown(checkout)).toEqual({ "a.py": "b1" });
    });
  });
  describeDeltas(frame);
  describeSkipped(frame);
  describeDifferences(frame);
}

function describeDifferences(frame: CatalogFrame): void {
  describe("what changed in a view", () => {
    it("is told of a few changes, its base's included, and not where it is not known any more", async () => {
      const writer = await frame.writer();
      await showFiles(writer, { "a.py": "b1", "b.py": "b2" });
      await writer.changeView(viewChange({ viewId: run, base: checkout }));
      const [base, delta] = [await followView(frame.reader(), checkout), await followView(frame.reader(), run)];
      const looks = async () => [await base.expectEqual(), await delta.expectEqual()];
      expect(await looks()).toEqual(["changes", "changes"]);
      await put(writer, sampleFile("a.py", "b4"), sampleFile("b.py", "b5"));
      await writer.changeView(viewChange({ set: [{ path: "a.py", blob: "b4" }] }));
      await writer.changeView(viewChange({ viewId: run, base: checkout, removed: ["b.py"] }));
      await showFiles(writer, { "a.py": "b1", "b.py": "b5" });
      expect(await looks()).toEqual(["changes", "changes"]);
      await showFiles(writer, Object.fromEntries(Array.from({ length: 1_000 }, (_, at) => [`f${at}.py`, "b1"])));
      expect(await looks()).toEqual(["whole", "whole"]);
      await writer.changeView(viewChange({ removed: ["f7.py"] }));
      expect(await looks()).toEqual(["changes", "changes"]);
      for (let at = 0; at < 200; at++) await writer.changeView(viewChange({ removed: [`f${at}.py`] }));
      expect(await looks()).toEqual(["whole", "whole"]);
      await writer.replaceEntries([sampleFile("f900.py", "b1")]);
      expect(await looks()).toEqual(["whole", "whole"]);
      await writer.removeView(run);
      await writer.changeView(viewChange({ viewId: run, base: checkout, removed: ["f901.py"] }));
      expect(await looks()).toEqual(["changes", "whole"]);
    });

    it("is nothing of a view that is not there, and of one whose base is gone", async () => {
      const none = { version: 1, baseVersion: null };
      expect(await frame.reader().viewChanges(checkout, none)).toBeNull();
      const writer = await frame.writer();
      await showFiles(writer, { "a.py": "b1" });
      await writer.changeView(viewChange({ viewId: run, base: checkout }));
      const { version } = await writer.changeView(viewChange({ viewId: run, base: checkout }));
      const { version: baseVersion = 0 } = (await frame.reader().view(checkout)) ?? {};
      expect(await frame.reader().viewChanges(run, { version, baseVersion })).toEqual({
        ...{ entries: new Map(), skippedFiles: 0 },
      });
      expect(await frame.reader().viewChanges(run, { version, baseVersion: null })).toBeNull();
      await writer.removeView(checkout);
      expect(await frame.reader().viewChanges(run, { version, baseVersion })).toBeNull();
    });
  });
}

function describeDeltas(frame: CatalogFrame): void {
  const delta = { viewId: run, base: checkout };

  describe("a delta", () => {
    it("shows its own part, hides what it removed, and counts what is seen", async () => {
      const writer = await frame.writer();
      await showFiles(writer, { "a.py": "b1", "b.py": "b2", "c.py": "b3" });
      await put(writer, sampleFile("a.py", "b4", { chunks: 7 }), sampleFile("n.py", "b5", { chunks: 1 }));
      const set = [
        { path: "a.py", blob: "b4" },
        { path: "n.py", blob: "b5" },
      ];
      const change = viewChange({ ...delta, set, removed: ["b.py", "never.py"] });
      const summary = await writer.changeView(change);
      expect(summary).toMatchObject({ viewId: run, base: checkout, files: 3, chunks: 7 + 1 + 2, complete: true });
      expect(await frame.shown(run)).toEqual({ "a.py": "b4", "b.py": null, "n.py": "b5", "never.py": null });
      expect(await frame.shown(checkout)).toEqual({ "a.py": "b1", "b.py": "b2", "c.py": "b3" });
    });

    it("follows its base where it says nothing itself", async () => {
      const writer = await frame.writer();
      await showFiles(writer, { "a.py": "b1", "b.py": "b2" });
      await writer.changeView(viewChange({ ...delta, set: [{ path: "a.py", blob: "b1" }] }));
      await showFiles(writer, { "a.py": "b9", "c.py": "b3" }, { chunks: 4 });
      expect(await frame.reader().view(run)).toMatchObject({ files: 2, chunks: 2 + 4 });
      expect(await frame.shown(run)).toEqual({ "a.py": "b1" });
    });

    it("takes back what it said", async () => {
      const writer = await frame.writer();
      await showFiles(writer, { "a.py": "b1", "b.py": "b2" });
      await put(writer, sampleFile("a.py", "b4"));
      await writer.changeView(viewChange({ ...delta, set: [{ path: "a.py", blob: "b4" }], removed: ["b.py"] }));
      await writer.changeView(viewChange({ ...delta, set: [{ path: "b.py", blob: "b2" }], removed: ["a.py"] }));
      expect(await frame.shown(run)).toEqual({ "a.py": null, "b.py": "b2" });
      expect(await frame.reader().view(run)).toMatchObject({ files: 1, chunks: 2 });
    });

    it("that is replaced shows exactly what is set, and holds only what differs from its base", async () => {
      const writer = await frame.writer();
      await showFiles(writer, { "a.py": "b1", "b.py": "b2", "c.py": "b3" });
      await writer.changeView(viewChange({ ...delta, removed: ["a.py"] }));
      await showFiles(writer, { "a.py": "b1", "b.py": "b9", "n.py": "b5" }, delta);
      expect(await frame.shown(run)).toEqual({ "b.py": "b9", "c.py": null, "n.py": "b5" });
      expect(await frame.reader().view(run)).toMatchObject({ files: 3, chunks: 6 });
    });

    it("needs a base that is there and no delta itself, and keeps it", async () => {
      const writer = await frame.writer();
      const conflict = { code: "conflict", details: { reason: "base" } };
      expect(await rejection(writer.changeView(viewChange(delta)))).toMatchObject(conflict);
      expect(await frame.reader().view(run)).toBeNull();
      await showFiles(writer, { "a.py": "b1" });
      await writer.changeView(viewChange(delta));
      expect(await rejection(writer.changeView(viewChange({ viewId: "run:2", base: run })))).toMatchObject(conflict);
      expect(await rejection(writer.changeView(viewChange({ viewId: run, base: run })))).toMatchObject(conflict);
      expect(await rejection(writer.changeView(viewChange({ viewId: run, base: null })))).toMatchObject(conflict);
    });

    it("is not complete when its base is not, or is gone", async () => {
      const writer = await frame.writer();
      await showFiles(writer, { "a.py": "b1" }, { complete: false });
      await showFiles(writer, { "a.py": "b1", "b.py": "b2" }, delta);
      expect(await frame.reader().view(run)).toMatchObject({ complete: false, files: 2 });
      await showFiles(writer, { "a.py": "b1" });
      expect(await frame.reader().view(run)).toMatchObject({ complete: true, files: 2 });
      await writer.removeView(checkout);
      expect(await frame.reader().view(run)).toMatchObject({ complete: false, files: 1, base: checkout });
    });
  });
}

function describeSkipped(frame: CatalogFrame): void {
  const skip = (path: string): SkippedFile => ({ path, blob: "b", reason: "binary", detail: "a null byte" });

  describe("skipped files", () => {
    it("are kept with their reason until they are shown, removed or replaced", async () => {
      const writer = await frame.writer();
      await put(writer, sampleFile("a", "b1"));
      const paths = async () => (await frame.reader().skipped(checkout)).map((file) => file.path);
      await writer.changeView(viewChange({ skipped: [skip("c"), skip("a"), skip("b")] }));
      expect(await frame.reader().skipped(checkout)).toEqual([skip("a"), skip("b"), skip("c")]);
      await writer.changeView(viewChange({ set: [{ path: "a", blob: "b1" }], removed: ["b"] }));
      expect(await paths()).toEqual(["c"]);
      await writer.changeView(viewChange({ removed: ["c"], skipped: [{ ...skip("c"), reason: "too_large" }] }));
      expect(await frame.reader().skipped(checkout)).toMatchObject([{ path: "c", reason: "too_large" }]);
      await writer.changeView(viewChange({ replace: true, skipped: [skip("d")] }));
      expect(await paths()).toEqual(["d"]);
    });

    it("are not shown any more", async () => {
      const writer = await frame.writer();
      await showFiles(writer, { "a.py": "b1", "b.py": "b2" });
      await writer.changeView(viewChange({ viewId: run, base: checkout, skipped: [skip("a.py")] }));
      await writer.changeView(viewChange({ skipped: [skip("b.py")] }));
      expect(await frame.shown(checkout)).toEqual({ "a.py": "b1" });
      expect(await frame.shown(run)).toEqual({ "a.py": null });
      expect(await frame.reader().skipped(run)).toEqual([skip("a.py")]);
    });
  });
}
