import { describe, expect, it } from "vitest";
import { readablePaint } from "../render/samples.ts";
import { renderMove, renderVectors } from "./vectors.ts";

const plain = readablePaint();

describe("where the vectors are", () => {
  const move = { state: "none", to: null, chunksDone: 0, chunksTotal: 0, error: null } as const;
  const qdrant = { address: "http://127.0.0.1:6333", version: "1.19.0", name: "outpost-a", collection: "outpost-a-g1" };
  const status = { engine: "qdrant", sentChunks: 7, unsentChunks: 2, move } as const;

  it("names the server, the collection, and what is still to be sent", () => {
    const shown = renderVectors({ ...status, qdrant: { ...qdrant, chunks: 7, problem: "no answer" } }, plain);
    for (const part of ["1.19.0", "outpost-a → outpost-a-g1: 7 chunks", "2 chunks not sent yet", "no answer"])
      expect(shown).toContain(part);
  });

  it("says after a move how the other engine is used", () => {
    const done = { ...move, state: "done", to: "qdrant", chunksDone: 9 } as const;
    const shown = renderMove({ ...status, engine: "embedded", qdrant: null, move: done }, plain);
    expect(shown).toContain("qdrant holds 9 chunks; nothing was embedded again");
    expect(shown).toContain('set vectors to "qdrant"');
  });
});
