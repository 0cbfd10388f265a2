// What a lost worker was at goes on long before its lease would run out: its server sees it end, a joined one's connection close, and a
// server that starts frees what was held under the one before. Leases of ten minutes, so that none runs out here. Real processes.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Repository, TaskId } from "@outpost/protocol";
import { createTempRepository, type OllamaTestServer, type TempRepository } from "@outpost/testkit";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { calculatorFiles } from "./calculator-project.ts";
import { allEvents, eventsOf, registerAndIndex, submitTask, taskEnd, until } from "./follow-task.ts";
import { joinWorker } from "./join-worker.ts";
import { findChildren, isRunning } from "./running-processes.ts";
import { answerByScenario, call, callsInOrder } from "./scenarios.ts";
import { startCoder } from "./scripted-server.ts";
import { type ChildServer, spawnTestServer } from "./start-test-server.ts";

// A busy machine is slow; a run that hangs still ends.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 120_000 });

const leaseMs = 600_000;
/** Like no other that runs on this machine. */
const command = ["sleep", `2.${process.pid}`];
const done = call("finish", { summary: "Done." });
const scenarios = { work: callsInOrder([call("run_command", { argv: command }), done]) };

let ollama: OllamaTestServer;
let server: ChildServer;
let project: TempRepository;
let repository: Repository;
let dataDirectory = "";

const start = () => spawnTestServer({ dataDirectory, ollamaUrl: ollama.url, windowTokens: 8192, workers: 1, leaseMs });

beforeAll(async () => {
  dataDirectory = await mkdtemp(join(tmpdir(), "outpost-data-"));
  project = await createTempRepository(calculatorFiles);
  ollama = await startCoder(answerByScenario(scenarios));
  server = await start();
  repository = await registerAndIndex(server.client, project.path);
});
afterAll(async () => {
  await server?.close();
  await ollama?.close();
  await project?.remove();
  await rm(dataDirectory, { recursive: true, force: true });
});

const status = () => server.client.call("getStatus");
const inCommand = () => until("the command", async () => (await isRunning(command)) || undefined);

const submit = () => submitTask({ client: server.client, repository }, "[work] Do it.");

async function resumedOf(taskId: TaskId): Promise<number> {
  expect(await taskEnd(server.client, taskId)).toMatchObject({ state: "finished", attempt: 1 });
  return eventsOf(await allEvents(server.client, taskId), "run.resumed").length;
}

describe("a run whose worker is lost", () => {
  it("goes on when the server's own worker was killed", async () => {
    const taskId = await submit();
    await inCommand();
    const [pid = 0] = await findChildren(server.pid, "worker");
    process.kill(pid, "SIGKILL");
    expect(await resumedOf(taskId)).toBe(1);
  });

  it("goes on when workers that had joined were killed", async () => {
    const joined = joinWorker(dataDirectory, 2);
    await until("two places", async () => (await status()).workers.joined === 2 || undefined);
    const tasks = [await submit(), await submit(), await submit()];
    const held = await until("all at work", async () => {
      const { busyWorkers } = await status();
      return busyWorkers.length === 3 ? busyWorkers : undefined;
    });
    await inCommand();
    joined.kill("SIGKILL");
    const lost = held.filter(({ workerId }) => workerId.startsWith("j")).map(({ taskId }) => taskId);
    expect(lost).toHaveLength(2);
    // One that had not begun its run yet begins it now.
    for (const taskId of tasks) expect(await resumedOf(taskId)).toBeLessThanOrEqual(lost.includes(taskId) ? 1 : 0);
  });

  it("goes on when the server itself was killed, as soon as there is one again", async () => {
    const taskId = await submit();
    await inCommand();
    await server.kill();
    server = await start();
    expect(await resumedOf(taskId)).toBe(1);
  });
});
