// The model's server refuses connections while a task that names no model is to be run: the task is tried again until it is back, also when
// Outpost itself was started anew meanwhile, and never goes to the built-in rules.
import type { Repository, TaskId } from "@outpost/protocol";
import {
  createTempRepository,
  type OllamaTestServer,
  startOllamaTestServer,
  type TempRepository,
} from "@outpost/testkit";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { calculatorFiles } from "./calculator-project.ts";
import { allEvents, eventsOf, registerAndIndex, submitTask, taskEnd, until } from "./follow-task.ts";
import { answerByScenario, call, callsInOrder } from "./scenarios.ts";
import { startTestServer, type TestServer } from "./start-test-server.ts";

// A busy machine is slow; a run that hangs still ends.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 120_000 });

const finish = callsInOrder([call("finish", { summary: "Done." })]);
const script = { models: [{ name: "coder:7b" }] };

let ollama: OllamaTestServer;
let server: TestServer;
let project: TempRepository;
let repository: Repository;

const start = (dataDirectory?: string) =>
  startTestServer({
    ...{ ollamaUrl: ollama.url, windowTokens: 8192, workers: 1, retryLimit: 8, retryDelayMs: 100 },
    ...(dataDirectory === undefined ? {} : { dataDirectory }),
  });

beforeAll(async () => {
  project = await createTempRepository(calculatorFiles);
  ollama = await startOllamaTestServer({ ...script, replies: answerByScenario({ before: finish }) });
  server = await start();
  repository = await registerAndIndex(server.client, project.path);
});
afterAll(async () => {
  await server?.close();
  await ollama?.close();
  await project?.remove();
});

const submit = (scenario: string) => submitTask({ client: server.client, repository }, `[${scenario}] Do it.`);

async function modelsOf(taskId: TaskId): Promise<string[]> {
  const started = eventsOf(await allEvents(server.client, taskId), "run.started");
  return [...new Set(started.map(({ model }) => model.provider))];
}

it("waits for the model that it would have had", async () => {
  const first = await submit("before");
  expect(await taskEnd(server.client, first)).toMatchObject({ state: "finished" });
  expect(await modelsOf(first)).toEqual(["ollama"]);

  await ollama.close();
  await server.close({ keep: true });
  server = await start(server.dataDirectory);
  const taskId = await submit("away");
  const retry = await until("a retry", async () =>
    eventsOf(await allEvents(server.client, taskId), "task.queued").find(({ reason }) => reason === "retry"),
  );
  expect(retry.because).toMatch(/retry 1 of 8: no answer from ollama/);
  const { checks } = await server.client.call("getDoctor");
  expect(checks.find(({ name }) => name === "model")).toMatchObject({
    ...{ ok: false, detail: expect.stringMatching(/^tasks wait for a language model: no answer from ollama at http/) },
    fix: expect.stringContaining("--model rules"),
  });
  const port = Number(new URL(ollama.url).port);
  ollama = await startOllamaTestServer({ ...script, port, replies: answerByScenario({ away: finish }) });
  expect(await taskEnd(server.client, taskId)).toMatchObject({ state: "finished" });
  expect(await modelsOf(taskId)).toEqual(["none", "ollama"]);
});
