import { describe, expect, it } from "vitest";
import { defaultFollowLimits } from "./limits.ts";
import { createPendingChanges } from "./pending-changes.ts";

const limits = { ...defaultFollowLimits, settleMs: 100, maxSettleMs: 500, maxNoiseMs: 3_000, maxChangedPaths: 3 };

describe("pending changes", () => {
  it("are due when a burst is over, and at the latest after its bound", () => {
    const pending = createPendingChanges(limits);
    expect(pending.dueAtMs()).toBeNull();
    pending.note("a", "change", 1_000);
    pending.note("b", "rename", 1_090);
    expect(pending.dueAtMs()).toBe(1_190);
    for (let nowMs = 1_090; nowMs < 2_000; nowMs += 90) pending.note("a", "change", nowMs);
    expect(pending.dueAtMs()).toBe(1_500);
    const taken = pending.take();
    expect([[...taken.paths], [...taken.renamed]]).toEqual([["a", "b"], ["b"]]);
    expect(pending.dueAtMs()).toBeNull();
    expect(pending.count()).toBe(0);
  });

  it("wait longer and longer, to a bound, where they changed nothing; another path does not wait with them", () => {
    const pending = createPendingChanges(limits);
    const waits: number[] = [];
    let nowMs = 10_000;
    for (let round = 0; round < 8; round++) {
      pending.note("app.log", "change", nowMs);
      waits.push((pending.dueAtMs() ?? 0) - nowMs);
      pending.settle(pending.take(), false, nowMs);
    }
    expect(waits).toEqual([100, 200, 400, 800, 1_600, 3_000, 3_000, 3_000]);
    pending.note("app.log", "change", nowMs);
    pending.note("a.py", "change", nowMs);
    expect(pending.dueAtMs()).toBe(nowMs + 100);
    pending.settle(pending.take(), true, nowMs);
    nowMs += 1;
    pending.note("app.log", "change", nowMs);
    expect(pending.dueAtMs()).toBe(nowMs - 1 + 1_600);
    pending.noteUnknown(nowMs);
    expect(pending.dueAtMs()).toBe(nowMs + 100);
  });

  it("remember a bounded number of paths, say when there were more, and count no files of git's", () => {
    const pending = createPendingChanges(limits);
    for (const path of [".git/HEAD", "a", "b", "c", "a"]) pending.note(path, "change", 0);
    expect(pending.count()).toBe(2);
    expect(pending.take().isOverflowing).toBe(true);
    pending.note("c", "change", 0);
    expect(pending.take().isOverflowing).toBe(false);
  });
});
