// Old tasks leave a real server: rows, undo records, checkpoints, outputs. What is asked for afterwards is told so; checkouts stay as they are.
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { TaskId } from "@outpost/protocol";
import {
  createTempRepository,
  type OllamaTestAnswer,
  type OllamaTestServer,
  type TempRepository,
} from "@outpost/testkit";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { verifyDirectory } from "../maintenance/verify.ts";
import { registerAndIndex, submitTask, taskEnd, until } from "./follow-task.ts";
import { answerByScenario, call, callsInOrder, type Scenario } from "./scenarios.ts";
import { startCoder } from "./scripted-server.ts";
import { startTestServer, type TestServer } from "./start-test-server.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const scenarios: Record<string, Scenario<OllamaTestAnswer>> = {
  edit: callsInOrder([
    call("run_command", { program: "echo", args: ["hello"] }),
    call("edit_file", { path: "f.txt", old_text: "one", new_text: "two" }),
    call("finish", { summary: "Done." }),
  ]),
};
let ollama: OllamaTestServer;
let project: TempRepository;
beforeAll(async () => {
  project = await createTempRepository({ "f.txt": "one\n" });
  ollama = await startCoder(answerByScenario(scenarios));
});
afterAll(async () => {
  vi.useRealTimers();
  await ollama?.close();
  await project?.remove();
});

it("removes an accepted change's task with all its traces, keeps what waits for a person, and says what is gone", async () => {
  const settings = { ollamaUrl: ollama.url, windowTokens: 32_768, workers: 1, reviewEveryDays: 0, keptTaskDays: 1 };
  let server: TestServer = await startTestServer(settings);
  const { dataDirectory } = server;
  const repository = await registerAndIndex(server.client, project.path);
  const submit = async (): Promise<TaskId> => {
    const id = await submitTask({ client: server.client, repository }, "[edit] Say two.");
    expect(await taskEnd(server.client, id)).toMatchObject({ state: "proposed" });
    return id;
  };
  const [waiting, applied] = [await submit(), await submit()];
  await server.client.call("decideChange", { params: { taskId: applied, revision: 1 }, body: { decision: "accept" } });
  const last =
    (await server.client.call("listEvents", { query: { after: 0, limit: 200 } })).items.at(-1)?.position ?? 0;
  await server.close({ keep: true });
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 40 * 86_400_000 });
  server = await startTestServer({ ...settings, dataDirectory });
  const { client, request } = server;
  const mirror = join(dataDirectory, "repositories", repository.id, "mirror.git");
  const refsOf = (id: TaskId): string =>
    execFileSync("git", ["--git-dir", mirror, "for-each-ref", `refs/outpost/${id}`]).toString();
  const undo = join(dataDirectory, "repositories", repository.id, "undo");

  // At a start nobody works, so that the janitor comes by itself; a round on demand is refused while it is there.
  const { retention } = await until("the janitor", () => client.call("runRetention").catch(() => undefined));
  expect(retention).toMatchObject({ tasks: 1, due: { tasks: 0 }, keptDays: 1, removed: { tasks: 1 } });
  const gone = await request(`/v1/tasks/${applied}`);
  expect(gone.status).toBe(404);
  expect(await gone.json()).toMatchObject({
    error: { message: expect.stringContaining("was removed on"), details: { reason: "removed", state: "applied" } },
  });
  for (const path of ["/events", "/events/stream", "/changes/1", "/commands", "/checkpoints"])
    expect((await request(`/v1/tasks/${applied}${path}`)).status, path).toBe(404);
  const revert = { method: "POST", headers: { "content-type": "application/json" }, body: "{}" };
  expect(await (await request(`/v1/tasks/${applied}/changes/1/revert`, revert)).json()).toMatchObject({
    error: { code: "not_found", details: { reason: "removed" } },
  });
  expect(refsOf(applied)).toBe("");
  expect(existsSync(join(dataDirectory, "command-outputs", applied))).toBe(false);
  expect((await readdir(undo)).filter((name) => name.startsWith(applied))).toEqual([]);
  expect(await readdir(join(undo, "blobs"))).toEqual([]);

  // What waits for a person is all there, and the checkout is the person's.
  expect(refsOf(waiting)).not.toBe("");
  expect((await client.call("getChange", { params: { taskId: waiting, revision: 1 } })).files).toHaveLength(1);
  expect(await readFile(join(project.path, "f.txt"), "utf8")).toBe("two\n");
  expect((await client.call("listEvents", { query: { after: 0, limit: 200 } })).items.map((e) => e.taskId)).toContain(
    waiting,
  );

  const { throughPosition } = retention.removed;
  expect(throughPosition).toBe(last);
  for (const path of [`/v1/events?after=${last - 1}`, `/v1/events/stream?after=${last - 1}`]) {
    const refused = await request(path);
    expect(refused.status).toBe(404);
    expect(await refused.json()).toMatchObject({ error: { details: { reason: "removed", removedThrough: last } } });
  }
  expect((await request(`/v1/events?after=${last}`)).status).toBe(200);
  const statistics = await client.call("showStatistics", { query: { days: 60 } });
  expect(statistics.incompleteBeforeMs).toBeGreaterThan(0);
  expect((await client.call("getDoctor")).checks).toContainEqual(
    expect.objectContaining({ name: "tasks.db", ok: true, detail: expect.stringContaining("1 tasks") }),
  );
  const audit = await client.call("listAudit", { query: { limit: 200 } });
  expect(audit.items.map(({ record }) => record.type)).toContain("tasks.removed");
  await server.close({ keep: true });
  expect(await verifyDirectory(dataDirectory)).toMatchObject({ ok: true, tasks: { expected: 1, whole: 1 } });
});
