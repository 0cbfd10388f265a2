import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hasTransformers, startEmbeddingTestServer, writeTinyOnnxModel } from "@outpost/testkit";
import { describeEmbedderContract } from "@outpost/testkit/contracts";
import { openEmbedder } from "./open-embedder.ts";

const isInstalled = hasTransformers();

describeEmbedderContract({
  name: "built-in",
  open: async () => ({ embedder: await openEmbedder({ kind: "built-in" }) }),
});

for (const kind of ["ollama", "openai"] as const)
  describeEmbedderContract({
    name: kind,
    async open() {
      const server = await startEmbeddingTestServer({ kind });
      return { embedder: await openEmbedder({ kind, url: server.url, model: "embed" }), close: () => server.close() };
    },
  });

describeEmbedderContract({
  name: "onnx, a tiny model in a folder",
  without: isInstalled ? undefined : "the optional package @huggingface/transformers",
  async open() {
    const folder = await mkdtemp(join(tmpdir(), "outpost-onnx-"));
    const model = join(folder, "tiny-bow");
    await writeTinyOnnxModel(model);
    const embedder = await openEmbedder({ kind: "onnx", model, threads: 1 });
    return { embedder, close: () => rm(folder, { recursive: true }) };
  },
});
