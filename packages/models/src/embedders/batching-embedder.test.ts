import { type EmbeddingScript, startEmbeddingTestServer } from "@outpost/testkit";
import { describe, expect, it } from "vitest";
import { openEmbedder } from "./open-embedder.ts";

const input = (text: string, path = "a.py") => ({ path, symbol: null, text });

async function withServer<Value>(
  script: Omit<EmbeddingScript, "kind">,
  work: (parts: {
    embedder: Awaited<ReturnType<typeof openEmbedder>>;
    server: Awaited<ReturnType<typeof startEmbeddingTestServer>>;
    problems: string[];
  }) => Promise<Value>,
): Promise<Value> {
  const server = await startEmbeddingTestServer({ kind: "ollama", ...script });
  const problems: string[] = [];
  const embedder = await openEmbedder(
    { kind: "ollama", url: server.url, model: "embed" },
    { retryDelayMs: 5, onProblem: ({ path, detail }) => problems.push(`${path}: ${detail}`) },
  );
  try {
    return await work({ embedder, server, problems });
  } finally {
    await server.close();
  }
}

const length = (vector: Float32Array | undefined) => Math.hypot(...(vector ?? []));

describe("a batching embedder", () => {
  it("asks again when the server is busy, and gives up in the end", async () => {
    await withServer({ failFirst: { times: 2, status: 503 } }, async ({ embedder, server }) => {
      expect(await embedder.embedDocuments([input("one")])).toHaveLength(1);
      expect(server.batches).toEqual([1, 1, 1, 1]);
    });
    await withServer({ failFirst: { times: 9, status: 503 } }, async ({ embedder }) => {
      await expect(embedder.embedDocuments([input("one")])).rejects.toMatchObject({ code: "unavailable" });
    });
  });

  it("makes batches that are too much smaller, and keeps them small", async () => {
    await withServer({ maxTexts: 10 }, async ({ embedder, server, problems }) => {
      const inputs = Array.from({ length: 130 }, (_, index) => input(`text number ${index}`));
      const vectors = await embedder.embedDocuments(inputs);
      expect(vectors.every((vector) => Math.abs(length(vector) - 1) < 1e-4)).toBe(true);
      expect(Math.max(...server.batches.slice(-4))).toBeLessThanOrEqual(16);
      expect(problems).toEqual([]);
    });
  });

  const ofLlama = {
    code: 500,
    message: "input (535 tokens) is too large to process. increase the physical batch size",
  };
  it.each([
    ["as Ollama says it", undefined],
    ["as llama.cpp says it", { status: 500, body: { error: { ...ofLlama, type: "server_error" } } }],
  ])("shortens a text or a query that is too long until it fits, %s", async (_, tooLong) => {
    await withServer({ maxCharacters: 300, ...(tooLong && { tooLong }) }, async ({ embedder, problems, server }) => {
      const vectors = await embedder.embedDocuments([input("word ".repeat(200)), input("short")]);
      vectors.push(await embedder.embedQuery("word ".repeat(200)));
      expect(vectors.map((vector) => length(vector).toFixed(3))).toEqual(["1.000", "1.000", "1.000"]);
      expect(problems).toEqual([]);
      // the probe; both, each, the long one twice more; the query three times
      expect(server.batches).toEqual([1, 2, 1, 1, 1, 1, 1, 1, 1]);
    });
  });

  it.each([400, 500])(
    "goes on without a text that cannot be embedded (%i): it has zeros, and is named",
    async (status) => {
      await withServer({ poison: "POISON", poisonStatus: status }, async ({ embedder, problems }) => {
        const inputs = Array.from({ length: 20 }, (_, index) =>
          input(index === 7 ? "POISON" : `fine ${index}`, `file${index}.py`),
        );
        const vectors = await embedder.embedDocuments(inputs);
        expect(vectors.map((vector) => Math.round(length(vector)))).toEqual(
          inputs.map((_, index) => (index === 7 ? 0 : 1)),
        );
        expect(problems).toEqual([expect.stringMatching(/^file7\.py: not embedded: .*cannot embed this/)]);
      });
    },
  );

  it("has another identity for another model file", async () => {
    await withServer({}, async ({ embedder }) => {
      expect(embedder.identity).toEqual({
        name: "ollama/embed",
        revision: `${"d".repeat(16)}-head1-mean`,
        dimensions: 64,
      });
    });
  });
});

describe("an embedder that cannot be opened", () => {
  it("says what is missing", async () => {
    const away = openEmbedder({ kind: "openai", url: "http://127.0.0.1:9", model: "m" });
    await expect(away).rejects.toMatchObject({ code: "unavailable", retryable: true });
    const folder = openEmbedder({ kind: "onnx", model: "/nowhere/at/all" });
    await expect(folder).rejects.toMatchObject({ code: expect.stringMatching(/not_found|unavailable/) });
  });
});
