// The whole pipeline at full strength: tree-sitter, an ONNX model through transformers.js, a Qdrant server with an API key, and the loop, as
// `docker compose --profile full` puts them together; the Qdrant server is the strict one of the tests.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { OutpostClient } from "@outpost/client";
import type { Repository } from "@outpost/protocol";
import {
  hasTransformers,
  type QdrantTestServer,
  startQdrantTestServer,
  threeSubjects,
  writeTinyOnnxModel,
} from "@outpost/testkit";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { registerAndIndex, taskEnd, until } from "./follow-task.ts";
import { createDataDirectory, startTestServer, type TestServer, type TestSettings } from "./start-test-server.ts";
import { createTempCheckout, type TempCheckout } from "./temp-checkout.ts";

vi.setConfig({ testTimeout: 240_000, hookTimeout: 120_000 });

const isInstalled = hasTransformers();

let folder = "";
let project: TempCheckout;
let qdrant: QdrantTestServer;
let profile: TestSettings & { dataDirectory: string };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "outpost-full-"));
  await writeTinyOnnxModel(join(folder, "tiny-bow"));
  await writeFile(join(folder, "key"), "key-of-qdrant\n");
  project = await createTempCheckout(threeSubjects);
  qdrant = await startQdrantTestServer({ apiKey: "key-of-qdrant" });
  profile = {
    ...{ dataDirectory: await createDataDirectory(), model: "rules" },
    ...{ embedder: "onnx", embedderModel: join(folder, "tiny-bow"), embedderPrecision: "fp32" },
    ...{ vectors: "qdrant", qdrantUrl: qdrant.url, qdrantApiKeyFile: join(folder, "key"), qdrantOnDisk: true },
  };
});
afterAll(async () => {
  await qdrant?.stop();
  await project?.remove();
  await Promise.all([folder, profile?.dataDirectory].map((path) => rm(path, { recursive: true, force: true })));
});

const query = "password of a user login";
const ask = async (client: OutpostClient, repository: Repository) =>
  client.call("search", { body: { repositoryId: repository.id, query, limit: 3 } });
const batches = () => qdrant.requests.filter((line) => line.endsWith("/points/query/batch")).length;
const moved = (server: TestServer) =>
  until("the end of the move", async () => {
    const status = await server.client.call("getVectors");
    return status.move.state === "running" ? undefined : status;
  });

describe.skipIf(!isInstalled)("the full profile [needs the optional package @huggingface/transformers]", () => {
  it("indexes into Qdrant, searches there, works on a task, survives its absence, and moves both ways", async () => {
    const server = await startTestServer(profile);
    const repository = await registerAndIndex(server.client, project.path);
    const status = await server.client.call("getVectors");
    expect(status).toMatchObject({
      ...{ engine: "qdrant", sentChunks: 3, unsentChunks: 0 },
      qdrant: { version: "1.19.0", chunks: 3, problem: null, collection: expect.stringMatching(/^outpost-\w+-g\d+$/) },
    });
    const found = await ask(server.client, repository);
    expect(found.hits[0]).toMatchObject({ path: "src/accounts.py", symbol: "enter" });
    expect(found.hits[0]?.reasons.map(({ signal }) => signal)).toContain("vector");
    expect(found.coverage).toMatchObject({ state: "ready", notes: [] });
    const before = batches();
    const body = { repositoryId: repository.id, instruction: 'replace "discount" with "rebate" in src/billing.py' };
    const task = await taskEnd(server.client, (await server.client.call("submitTask", { body })).id);
    expect(task.state).toBe("proposed");
    expect(batches()).toBeGreaterThan(before);

    await qdrant.stop();
    const poorer = await ask(server.client, repository);
    expect(poorer.hits.map(({ path }) => path)).toContain("src/accounts.py");
    expect(poorer.coverage.notes.join()).toMatch(/searched by words only: no answer from qdrant/);
    await qdrant.start();
    await server.close({ keep: true });

    // Back in memory: nothing is embedded again, and what is found is the same.
    const embedded = await startTestServer({ ...profile, vectors: "embedded" });
    expect((await ask(embedded.client, repository)).hits.map(({ path }) => path)).toEqual(
      found.hits.map(({ path }) => path),
    );
    await embedded.client.call("moveVectors", { body: { to: "embedded", remove: true } });
    expect(qdrant.state.collections.size).toBe(0);
    await embedded.client.call("moveVectors", { body: { to: "qdrant" } });
    expect(await moved(embedded)).toMatchObject({
      move: { state: "done", to: "qdrant" },
      unsentChunks: 0,
      qdrant: { chunks: 3 },
    });
    await embedded.close({ keep: true });

    const again = await startTestServer(profile);
    const last = await ask(again.client, repository);
    expect(last.hits.map(({ path, score }) => [path, score.toFixed(2)])).toEqual(
      found.hits.map(({ path, score }) => [path, score.toFixed(2)]),
    );
    expect(await again.client.call("snapshotVectors")).toMatchObject({
      collection: expect.stringMatching(/^outpost-/),
    });
    await again.close({ keep: true });
    expect(qdrant.violations).toEqual([]);
  });

  it("says what is wrong with the key, and finds by words meanwhile", async () => {
    await writeFile(join(folder, "wrong"), "another-key\n");
    const server = await startTestServer({ ...profile, qdrantApiKeyFile: join(folder, "wrong") });
    try {
      const repository = await registerAndIndex(server.client, project.path);
      const { hits, coverage } = await ask(server.client, repository);
      expect(hits.length).toBeGreaterThan(0);
      expect(coverage.notes.join()).toMatch(/refused the API key \(401\); set qdrantApiKeyFile/);
      expect((await server.client.call("getVectors")).qdrant?.problem).toMatch(/refused the API key/);
    } finally {
      await server.close({ keep: true });
    }
  });
});
