// A disk that answers EIO under a running server, for real: nothing is acknowledged that is not stored or written, the reason is said, and when
// the disk is well again everything goes on. Where: the database, a run's worktree, the checkout that a change is applied to.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Repository, TaskId } from "@outpost/protocol";
import {
  createTempRepository,
  type OllamaTestServer,
  startOllamaTestServer,
  type TempRepository,
} from "@outpost/testkit";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type BrokenDisk, breakDisk, canBreakDisk, hasFailed } from "./break-disk.ts";
import { calculatorFiles } from "./calculator-project.ts";
import { allEvents, registerAndIndex, taskEnd, until } from "./follow-task.ts";
import { findChildren } from "./running-processes.ts";
import { answerByScenario, call, callsInOrder, messagesOf } from "./scenarios.ts";
import { type ChildServer, spawnTestServer } from "./start-test-server.ts";

vi.setConfig({ testTimeout: 240_000, hookTimeout: 120_000 });

const edit = call("edit_file", { path: "calculator.py", old: "return a - b", new: "return a + b" });
const finish = call("finish", { summary: "It adds." });
/** What happens at the first request of a scenario, before it is answered. */
const atFirst = new Map<string, () => void>();
let disk: BrokenDisk | undefined;
let ollama: OllamaTestServer;
let project: TempRepository;
let server: ChildServer;
let repository: Repository;

const once = (name: string): void => {
  atFirst.get(name)?.();
  atFirst.delete(name);
};

const isReady = canBreakDisk();
beforeAll(async () => {
  if (!isReady) return;
  project = await createTempRepository(calculatorFiles);
  ollama = await startOllamaTestServer({
    models: [{ name: "coder:7b" }],
    replies: answerByScenario({
      store: (turn) => {
        once("store");
        return callsInOrder([edit, finish])(turn);
      },
      worktree: (turn) => {
        once("worktree");
        // Until it has worked.
        const isDone = messagesOf(turn.body).some(
          ({ content }) => content.includes("return a + b") && content.includes("edited"),
        );
        return isDone || turn.answersBefore > 8 ? finish : edit;
      },
    }),
  });
  server = await spawnTestServer({ ollamaUrl: ollama.url, windowTokens: 8192, workers: 1, leaseMs: 3000 });
  repository = await registerAndIndex(server.client, project.path);
});
afterAll(async () => {
  await disk?.mend();
  await server?.close();
  await ollama?.close();
  await project?.remove();
});

async function submit(scenario: string): Promise<TaskId> {
  const instruction = `[${scenario}] Adding gives wrong results.`;
  const body = { repositoryId: repository.id, instruction, model: "ollama/coder:7b" };
  return (await server.client.call("submitTask", { body })).id;
}

const database = () => ["", "-wal"].map((end) => join(server.dataDirectory, `tasks.db${end}`));
const writes = "pwrite64,fdatasync,fsync";
/** What puts a file in its place; SQLite has no use for it. */
const renames = "rename,renameat,renameat2,link,linkat";

describe.skipIf(!isReady)("a disk that fails [needs strace that may attach, to make calls fail]", () => {
  it("under the database: no task is acknowledged, the reason is said, and tasks are taken when it is well again", async () => {
    disk = breakDisk({ pids: [server.pid], calls: writes, paths: database() });
    const body = JSON.stringify({ repositoryId: repository.id, instruction: "Say hello.", model: "rules" });
    const headers = { "content-type": "application/json" };
    for (let n = 0; n < 5; n++) {
      const refused = await server.request("/v1/tasks", { method: "POST", headers, body });
      expect(refused.status).toBe(503);
      expect(await refused.json()).toMatchObject({
        error: { code: "unavailable", retryable: true, message: expect.stringContaining("look at the disk") },
      });
    }
    expect(disk.failures()).toBeGreaterThanOrEqual(5);
    expect((await server.client.call("listTasks", {})).items).toEqual([]);
    await disk.mend();
    const accepted = await server.request("/v1/tasks", { method: "POST", headers, body });
    expect(accepted.status).toBe(201);
    expect((await server.client.call("listTasks", {})).items).toHaveLength(1);
  });

  it("under a run's log: the run goes on from what is stored", async () => {
    const workers = await until("a worker", async () => {
      const found = await findChildren(server.pid, "worker");
      return found.length > 0 ? found : undefined;
    });
    atFirst.set("store", () => {
      disk = breakDisk({ pids: [server.pid, ...workers], calls: writes, paths: database() });
    });
    const id = await submit("store");
    await until("the model to be asked", async () => ollama.chats.length > 0 || undefined);
    await hasFailed(disk as BrokenDisk, 2);
    await disk?.mend();
    expect(await taskEnd(server.client, id)).toMatchObject({ state: "proposed" });
    const events = await allEvents(server.client, id);
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, at) => at + 1));
    expect(events.filter(({ event }) => event.type === "change.proposed")).toHaveLength(1);
  });

  it("under a worktree: the model is told, and under a checkout: nothing is written, and it is applied afterwards", async () => {
    const asked = ollama.chats.length;
    const workers = await until("a worker", async () => {
      const found = await findChildren(server.pid, "worker");
      return found.length > 0 ? found : undefined;
    });
    atFirst.set("worktree", () => {
      disk = breakDisk({ pids: workers, calls: renames });
    });
    const id = await submit("worktree");
    await until("a failed edit", async () => ollama.chats.length > asked + 1 || undefined);
    await disk?.mend();
    expect(await taskEnd(server.client, id)).toMatchObject({ state: "proposed" });
    const returned = (await allEvents(server.client, id)).flatMap(({ event }) =>
      event.type === "tool.returned" ? [event] : [],
    );
    expect(returned[0]).toMatchObject({ ok: false, observation: expect.stringMatching(/disk reports an error/) });

    const path = join(project.path, "calculator.py");
    const before = await readFile(path, "utf8");
    const params = { taskId: id, revision: 1 };
    disk = breakDisk({ pids: [server.pid], calls: renames });
    const failure = await server.client.call("decideChange", { params, body: { decision: "accept" } }).catch((e) => e);
    expect(failure).toMatchObject({ code: "unavailable", retryable: true });
    expect(disk.failures()).toBeGreaterThan(0);
    await disk.mend();
    expect(await readFile(path, "utf8")).toBe(before);
    expect(await server.client.call("getTask", { params: { taskId: id } })).toMatchObject({ state: "proposed" });
    await server.client.call("decideChange", { params, body: { decision: "accept" } });
    expect(await readFile(path, "utf8")).toContain("return a + b");
  });
});
