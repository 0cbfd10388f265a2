import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { loadStaticEmbedder } from "./static-embedder.ts";

interface Expected {
  documents: { path: string; text: string; vector: number[] }[];
  queries: { text: string; vector: number[] }[];
}

// Vectors that the trainer's own inference gave for these texts: the model is only as good as the tokenizer is equal.
const expected: Expected = JSON.parse(
  await readFile(new URL("./fixtures/expected-vectors.json", import.meta.url), "utf8"),
);

function cosine(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Array.from(a).reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0);
}

describe("loadStaticEmbedder", () => {
  it("gives the vectors of the trainer's inference", async () => {
    const embedder = await loadStaticEmbedder();
    const documents = await embedder.embedDocuments(expected.documents.map((input) => ({ ...input, symbol: null })));
    expect(documents.length).toBe(expected.documents.length);
    for (const [index, vector] of documents.entries()) {
      expect(cosine(vector, expected.documents[index]?.vector ?? [])).toBeCloseTo(1, 6);
    }
    for (const { text, vector } of expected.queries) {
      expect(cosine(await embedder.embedQuery(text), vector)).toBeCloseTo(1, 6);
    }
  });

  it("says what it is", async () => {
    const { identity } = await loadStaticEmbedder();
    expect(identity.name).toBe("builtin/static-code-128");
    expect(identity.dimensions).toBe(128);
    expect(identity.revision).toMatch(/^[0-9a-f]{12}-path3$/);
  });

  it("finds a paraphrase nearer than unrelated code", async () => {
    const embedder = await loadStaticEmbedder();
    const [near, far] = await embedder.embedDocuments([
      { path: "src/retry.ts", symbol: "retry", text: "export function retry(attempts: number, backoffMs: number) {}" },
      { path: "src/color.ts", symbol: "blend", text: "export function blend(red: number, green: number) {}" },
    ]);
    const query = await embedder.embedQuery("try a failed request again after a delay");
    expect(cosine(query, near ?? [])).toBeGreaterThan(cosine(query, far ?? []));
  });

  it("gives a zero vector for a text without a known word, and no vectors for no inputs", async () => {
    const embedder = await loadStaticEmbedder();
    expect(Array.from(await embedder.embedQuery("— … 日本"))).toEqual(Array.from({ length: 128 }, () => 0));
    expect(await embedder.embedDocuments([])).toEqual([]);
  });

  it("is not disturbed by a text before", async () => {
    const embedder = await loadStaticEmbedder();
    const alone = await embedder.embedQuery("open a socket");
    await embedder.embedQuery("socket socket socket listener");
    expect(Array.from(await embedder.embedQuery("open a socket"))).toEqual(Array.from(alone));
  });

  it("stops when aborted", async () => {
    const embedder = await loadStaticEmbedder();
    const signal = AbortSignal.abort();
    await expect(embedder.embedDocuments([{ path: "a", symbol: null, text: "b" }], signal)).rejects.toThrow(/abort/i);
  });

  it("names the file that is missing, and sizes that do not agree", async () => {
    const directory = await mkdtemp(join(tmpdir(), "static-model-"));
    try {
      await expect(loadStaticEmbedder({ directory })).rejects.toMatchObject({
        code: "unavailable",
        message: expect.stringContaining("model.json"),
      });
      await writeFile(join(directory, "model.json"), JSON.stringify({ dim: 2, tokens: ["a"], logp: [-1] }));
      await writeFile(join(directory, "model.bin"), new Uint8Array(9));
      await expect(loadStaticEmbedder({ directory })).rejects.toMatchObject({
        message: expect.stringContaining("9 bytes"),
      });
      await writeFile(join(directory, "model.bin"), new Uint8Array(10));
      expect((await loadStaticEmbedder({ directory })).identity.dimensions).toBe(2);
    } finally {
      await rm(directory, { recursive: true });
    }
  });

  it.each([
    ["no positive number of dimensions", { dim: 0, tokens: ["a"], logp: [-1] }, new Uint8Array(8)],
    ["a negative one", { dim: -8, tokens: ["a"], logp: [-1] }, new Uint8Array(0)],
    ["half a dimension", { dim: 0.5, tokens: ["a", "b"], logp: [-1, -1] }, new Uint8Array(17)],
    ["no words", { dim: 2, tokens: [], logp: [] }, new Uint8Array(0)],
    ["fewer log-probabilities than words", { dim: 2, tokens: ["a", "b"], logp: [-1] }, new Uint8Array(20)],
    ["a word that is no text", { dim: 2, tokens: [7], logp: [-1] }, new Uint8Array(10)],
    ["a log-probability that is no number", { dim: 2, tokens: ["a"], logp: [null] }, new Uint8Array(10)],
    ["a list for a header", [], new Uint8Array(0)],
    ["nothing for a header", null, new Uint8Array(0)],
    ["scales that are no numbers", { dim: 2, tokens: ["a"], logp: [-1] }, new Uint8Array(10).fill(255)],
  ])("refuses a model with %s", async (_, header, binary) => {
    const directory = await mkdtemp(join(tmpdir(), "static-model-"));
    try {
      await writeFile(join(directory, "model.json"), JSON.stringify(header));
      await writeFile(join(directory, "model.bin"), binary);
      await expect(loadStaticEmbedder({ directory })).rejects.toMatchObject({ code: "unavailable" });
    } finally {
      await rm(directory, { recursive: true });
    }
  });

  it("takes the folder of a bundled program", async () => {
    const directory = fileURLToPath(new URL("../../assets/static-code-128", import.meta.url));
    const [given, usual] = await Promise.all([loadStaticEmbedder({ directory }), loadStaticEmbedder()]);
    expect(given.identity).toEqual(usual.identity);
  });
});
