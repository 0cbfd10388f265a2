import { OutpostError } from "@outpost/protocol";
import { describe, expect, it, vi } from "vitest";
import type { VectorReport } from "../indexing/messages.ts";
import { createVectorService, type VectorService, type VectorServiceParts } from "./vector-service.ts";

const qdrant = { url: "http://127.0.0.1:1", collection: "outpost", onDisk: false };
const inStep: VectorReport = { sentChunks: 5, unsentChunks: 0, problem: null };

function service(send: () => Promise<VectorReport>, more: Partial<VectorServiceParts> = {}) {
  return createVectorService({
    ...{ engine: "qdrant", qdrant, onProblem: () => {}, firstDelayMs: 1, ...more },
    vectors: {
      send,
      describe: async () => ({ report: inStep, state: null }),
      snapshot: async () => ({ collection: "c", name: "s", bytes: 1 }),
      drop: async () => ({ ...inStep, sentChunks: 0, unsentChunks: 5 }),
    },
  });
}

describe("the vectors outside", () => {
  it("are said to be missing until they are sent, which is tried again by itself", async () => {
    let tries = 0;
    const vectors = service(async () => {
      tries += 1;
      if (tries < 3) throw new OutpostError("unavailable", "away", { retryable: true });
      return inStep;
    });
    expect(vectors.notes()).toEqual([]);
    vectors.noteReport({ sentChunks: 2, unsentChunks: 3, problem: "away" });
    expect(vectors.notes()).toEqual(["3 chunks are not in qdrant yet and are found by words only: away"]);
    await expect.poll(() => vectors.notes(), { timeout: 20_000 }).toEqual([]);
    expect(tries).toBe(3);
    expect((await vectors.status()).move).toMatchObject({ state: "done", chunksDone: 5 });
    vectors.close();
  });

  it.each([
    { what: "takes a part each time", taken: 100, tries: 6 },
    { what: "takes nothing", taken: 0, tries: 3 },
  ])(
    "are sent again after the same pause where the server $what, else after a longer one",
    async ({ taken, tries }) => {
      vi.useFakeTimers();
      let sent = 0;
      let asked = 0;
      const send = async () => {
        asked += 1;
        vectors.noteProgress({ sentChunks: sent, unsentChunks: 1000 - sent });
        sent += taken;
        vectors.noteProgress({ sentChunks: sent, unsentChunks: 1000 - sent });
        throw new OutpostError("unavailable", "too many requests", { retryable: true });
      };
      const vectors: VectorService = service(send, { firstDelayMs: 1000 });
      await vectors.catchUp();
      for (let second = 0; second < 5; second += 1) await vi.advanceTimersByTimeAsync(1000);
      vectors.close();
      vi.useRealTimers();
      expect(asked).toBe(tries);
    },
  );

  it("are not removed while searches use them, and not moved where no server is named", async () => {
    const used = service(async () => inStep);
    await expect(used.move({ to: "embedded", remove: true })).rejects.toMatchObject({ code: "conflict" });
    const none = service(async () => inStep, { engine: "embedded", qdrant: null });
    await expect(none.move({ to: "qdrant", remove: false })).rejects.toThrow(/set qdrantUrl/);
    expect((await none.status()).qdrant).toBeNull();
  });
});
