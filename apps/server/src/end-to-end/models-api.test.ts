// Models over the API: what there is, getting one, testing one, and that the test's profile is what the next task sees.
import type { ModelJob, StartModelJobRequest } from "@outpost/protocol";
import { type OllamaTestServer, startOllamaTestServer } from "@outpost/testkit";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { startTestServer, type TestServer } from "./start-test-server.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

let ollama: OllamaTestServer;
let server: TestServer;
beforeAll(async () => {
  ollama = await startOllamaTestServer({
    models: [{ name: "coder:7b" }],
    pulls: { "small:1b": [{ status: "success" }] },
    replies: Array.from({ length: 40 }, () => ({ content: "yes" })),
  });
  server = await startTestServer({ ollamaUrl: ollama.url, model: "ollama/coder:7b", windowTokens: 8192 });
});
afterAll(async () => {
  await server?.close();
  await ollama?.close();
});

async function finished(body: StartModelJobRequest): Promise<ModelJob> {
  let job = await server.client.call("startModelJob", { body });
  for (let left = 300; job.state === "running" && left > 0; left--) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    job = await server.client.call("getModelJob", { params: { jobId: job.id } });
  }
  return job;
}

it("lists, pulls and tests models, and remembers the test", async () => {
  const { items } = await server.client.call("listModels", {});
  expect(items.find(({ name }) => name === "coder:7b")).toMatchObject({ place: 1, isThere: true, testedAtMs: null });
  expect(await finished({ kind: "pull", model: "small:1b" })).toMatchObject({ state: "done", error: null });
  expect(await finished({ kind: "pull", model: "nobody:1b" })).toMatchObject({ state: "failed" });
  const { state, report } = await finished({ kind: "test", model: "ollama/coder:7b" });
  expect(state).toBe("done");
  expect(report?.results.length).toBeGreaterThanOrEqual(28);
  expect(report?.results.find(({ name }) => name === "answers with one word")?.passed).toBe(true);
  const shown = await server.client.call("showModel", { query: { name: "coder:7b" } });
  expect(shown.test).toEqual(report);
  expect(shown.model.conduct).toEqual(report?.conduct);
  await expect(server.client.call("showModel", { query: { name: "nobody" } })).rejects.toMatchObject({
    code: "not_found",
  });
});
