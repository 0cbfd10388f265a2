import type { IndexStatus, RepositoryId } from "@outpost/protocol";
import { describe, expect, it } from "vitest";
import { createPreparedSearches } from "./prepared-searches.ts";

function statusOf(name: string, more: Partial<IndexStatus> = {}): IndexStatus {
  return {
    ...{
      repositoryId: `rep_${name}` as RepositoryId,
      state: "ready",
      files: 1,
      chunks: 10,
      skipped: [],
      languages: {},
    },
    ...{ progress: null, indexedAtMs: 1, durationMs: 1, error: null, freshness: "followed", staleFiles: 0 },
    ...more,
  };
}

/** Says what was loaded; a load fails where nothing is held afterwards. */
function prepare(held: readonly string[]) {
  const loaded: string[] = [];
  const prepared = createPreparedSearches(
    {
      holds: (viewId) => held.includes(viewId),
      stats: () => ({ repositories: held.length, views: held.length, chunks: 0 }),
      coverage: async (viewId) => {
        loaded.push(viewId);
        throw new Error("the catalog cannot be read");
      },
    },
    0,
  );
  return { prepared, loaded };
}

const aTurn = () => new Promise((resolve) => setTimeout(resolve, 5));

describe("prepared searches", () => {
  it("bring what is held up to date when its index has changed, and load nothing beside it", () => {
    const { prepared, loaded } = prepare(["checkout:rep_a"]);
    prepared.indexed(statusOf("b"));
    prepared.indexed(statusOf("a", { chunks: 300_000 }));
    prepared.indexed(statusOf("a", { state: "failed" }));
    expect(loaded).toEqual(["checkout:rep_a"]);
  });

  it("load what was indexed while nothing is held, unless it is large", () => {
    const { prepared, loaded } = prepare([]);
    prepared.indexed(statusOf("large", { chunks: 50_001 }));
    prepared.indexed(statusOf("a"));
    expect(loaded).toEqual(["checkout:rep_a"]);
  });

  it("load the repository that was indexed last behind the start, and none of a server that was closed", async () => {
    const { prepared, loaded } = prepare([]);
    prepared.started([]);
    prepared.started([statusOf("a"), statusOf("b", { indexedAtMs: 3 }), statusOf("c", { indexedAtMs: 2 })]);
    expect(loaded).toEqual([]);
    await aTurn();
    expect(loaded).toEqual(["checkout:rep_b"]);
    prepared.started([statusOf("a")]);
    prepared.close();
    await aTurn();
    expect(loaded).toHaveLength(1);
  });
});
