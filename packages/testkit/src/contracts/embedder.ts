// What every Embedder must do, whatever computes it.
import type { Embedder } from "@outpost/retrieval";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

export interface EmbedderAdapter {
  name: string;
  /** What it needs that is not here; absent: it can run. */
  without?: string | undefined;
  open(): Promise<{ embedder: Embedder; close?(): Promise<void> }>;
}

const inputs = [
  { path: "src/login.py", symbol: "login", text: "def login(user, password):\n    return session(user)" },
  { path: "src/price.py", symbol: "total", text: "def total(order):\n    return order.price + order.shipping" },
  { path: "src/image.py", symbol: null, text: "compress image thumbnail" },
];

export function describeEmbedderContract(adapter: EmbedderAdapter): void {
  describe.skipIf(adapter.without !== undefined)(
    `embedder contract: ${adapter.name}${adapter.without ? ` [needs ${adapter.without}]` : ""}`,
    () => {
      let opened: Awaited<ReturnType<EmbedderAdapter["open"]>> | undefined;
      beforeAll(async () => {
        opened = await adapter.open();
      }, 60_000);
      afterAll(() => opened?.close?.());
      const embedder = (): Embedder => {
        if (!opened) throw new Error("the embedder is not open");
        return opened.embedder;
      };

      it("says who it is", () => {
        const { name, revision, dimensions } = embedder().identity;
        expect(name).toMatch(/^[\w-]+\/.+/);
        expect(revision).not.toBe("");
        expect(dimensions).toBeGreaterThan(0);
      });

      it("gives one unit vector for each input, in order, and the same again", async () => {
        const vectors = await embedder().embedDocuments(inputs);
        expect(vectors).toHaveLength(inputs.length);
        for (const vector of vectors) {
          expect(vector).toHaveLength(embedder().identity.dimensions);
          expect(Math.hypot(...vector)).toBeCloseTo(1, 4);
        }
        const [last] = await embedder().embedDocuments(inputs.slice(2));
        for (const [index, value] of (last ?? []).entries()) expect(value).toBeCloseTo(vectors[2]?.[index] ?? 9, 4);
        expect(await embedder().embedDocuments([])).toEqual([]);
      });

      it("puts a question nearer to what answers it than to the rest", async () => {
        const vectors = await embedder().embedDocuments(inputs);
        const question = await embedder().embedQuery("login of a user with a password");
        const nearness = vectors.map((vector) =>
          vector.reduce((sum, value, at) => sum + value * (question[at] ?? 0), 0),
        );
        expect(Math.max(...nearness)).toBe(nearness[0]);
      });

      it("takes what is empty, long, or no text anybody wrote", async () => {
        const odd = ["", "x".repeat(20_000), "\u0000\uFFFD \u{1F600} ".repeat(50)];
        const vectors = await embedder().embedDocuments(odd.map((text) => ({ path: "odd", symbol: null, text })));
        expect(vectors).toHaveLength(odd.length);
        for (const vector of vectors) expect([...vector].every(Number.isFinite)).toBe(true);
      });

      it("ends with the signal's reason", async () => {
        const reason = new Error("stop it");
        await expect(embedder().embedDocuments(inputs, AbortSignal.abort(reason))).rejects.toBe(reason);
      });
    },
  );
}
