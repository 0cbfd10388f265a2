// A repository indexed and searched with an ONNX model from a folder: no network, another generation of the index than the built-in one's.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openSqliteCatalogReader } from "@outpost/store";
import {
  createTempRepository,
  hasTransformers,
  type TempRepository,
  threeSubjects,
  writeTinyOnnxModel,
} from "@outpost/testkit";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { registerAndIndex } from "./follow-task.ts";
import { createDataDirectory, startTestServer, type TestSettings } from "./start-test-server.ts";

vi.setConfig({ testTimeout: 180_000, hookTimeout: 60_000 });

const isInstalled = hasTransformers();

let folder = "";
let project: TempRepository;
let dataDirectory = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "outpost-onnx-"));
  await writeTinyOnnxModel(join(folder, "tiny-bow"));
  project = await createTempRepository(threeSubjects);
  dataDirectory = await createDataDirectory();
});
afterAll(async () => {
  await project?.remove();
  await Promise.all([folder, dataDirectory].map((path) => rm(path, { recursive: true, force: true })));
});

async function searchWith(settings: TestSettings, query: string) {
  const server = await startTestServer({ ...settings, dataDirectory });
  try {
    const repository = await registerAndIndex(server.client, project.path);
    const body = { repositoryId: repository.id, query, limit: 3 };
    const { hits, coverage } = await server.client.call("search", { body });
    const reader = await openSqliteCatalogReader({ path: join(dataDirectory, "index.db") });
    const identity = await reader.identity();
    await reader.close();
    return { hits, coverage, embedder: identity?.embedder ?? "", dimensions: identity?.dimensions };
  } finally {
    await server.close({ keep: true });
  }
}

describe.skipIf(!isInstalled)(
  "an ONNX model in a folder [needs the optional package @huggingface/transformers]",
  () => {
    it("indexes a repository and finds code by meaning; then the built-in one does, in a generation of its own", async () => {
      const onnx = { embedder: "onnx", embedderModel: join(folder, "tiny-bow"), embedderPrecision: "fp32" } as const;
      const byOnnx = await searchWith(onnx, "password of a user login");
      expect(byOnnx.embedder).toMatch(/^onnx\/tiny-bow@fp32-[0-9a-f]{16}/);
      expect(byOnnx.dimensions).toBe(64);
      expect(byOnnx.hits[0]?.path).toBe("src/accounts.py");
      expect(byOnnx.hits[0]?.reasons.map(({ signal }) => signal)).toContain("vector");
      const byBuiltIn = await searchWith({}, "password of a user login");
      expect(byBuiltIn.embedder).toMatch(/^builtin\//);
      expect(byBuiltIn.hits[0]?.path).toBe("src/accounts.py");
    });
  },
);

describe("an embedding server that is away", () => {
  it("keeps nobody from starting: searches go by words, and indexing says what is missing", async () => {
    const server = await startTestServer({ embedder: "ollama", embedderModel: "nomic-embed-text" });
    try {
      const asked = registerAndIndex(server.client, project.path);
      await expect(asked).rejects.toThrow(/no embeddings from/);
    } finally {
      await server.close();
    }
  });
});
