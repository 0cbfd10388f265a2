// A backup that is taken while tasks run becomes, restored, a data directory that is sound and goes on; a damaged index is rebuilt, damaged
// tasks are reported and left alone. The server is a process, its files are really damaged.
import { mkdtemp, open, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isOutpostError, type Repository } from "@outpost/protocol";
import {
  createTempRepository,
  type OllamaTestAnswer,
  type OllamaTestServer,
  type TempRepository,
} from "@outpost/testkit";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { restoreBackup } from "../maintenance/restore.ts";
import { salvageDirectory } from "../maintenance/salvage.ts";
import { verifyDirectory } from "../maintenance/verify.ts";
import { firstEvent, registerAndIndex, submitTask, taskEnd, until } from "./follow-task.ts";
import { answerByScenario, call, callsInOrder, type Scenario } from "./scenarios.ts";
import { startCoder } from "./scripted-server.ts";
import { spawnTestServer, startTestServer, type TestServer } from "./start-test-server.ts";

vi.setConfig({ testTimeout: 240_000, hookTimeout: 120_000 });

const edit = call("edit_file", { path: "f1.txt", old_text: "one", new_text: "two" });
const slowly = (answer: OllamaTestAnswer): OllamaTestAnswer => ({ ...answer, delayBeforeHeadersMs: 1500 });
const scenarios: Record<string, Scenario<OllamaTestAnswer>> = {
  edit: callsInOrder([edit, call("finish", { summary: "Done." })]),
  slow: ({ answersBefore }) =>
    answersBefore === 0
      ? edit
      : answersBefore < 4
        ? slowly(call("read_file", { path: `f${answersBefore}.txt` }))
        : call("finish", { summary: "Done." }),
};

let ollama: OllamaTestServer;
let project: TempRepository;
let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "outpost-restored-"));
  project = await createTempRepository(Object.fromEntries(Array.from({ length: 9 }, (_, n) => [`f${n}.txt`, "one\n"])));
  ollama = await startCoder(answerByScenario(scenarios));
});
afterAll(async () => {
  await ollama?.close();
  await project?.remove();
  await rm(folder, { recursive: true, force: true });
});

const asked = { withSecrets: false, version: "test", nowMs: Date.now() };
const settings = () => ({ ollamaUrl: ollama.url, windowTokens: 32_768, workers: 2, leaseMs: 2000 });

const submit = ({ client }: TestServer, repository: Repository, scenario: string) =>
  submitTask({ client, repository }, `[${scenario}] Say two.`);

it("backs up under load, restores to what verify finds sound, and goes on there", async () => {
  const server = await spawnTestServer(settings());
  let restored: TestServer | undefined;
  try {
    const repository = await registerAndIndex(server.client, project.path);
    const done = await submit(server, repository, "edit");
    expect(await taskEnd(server.client, done)).toMatchObject({ state: "proposed" });
    const running = await submit(server, repository, "slow");
    await firstEvent(server.client, running, "checkpoint.created");
    const queued = [await submit(server, repository, "edit"), await submit(server, repository, "edit")];
    const backup = await server.client.call("createBackup", { body: {} });
    await server.kill();
    expect(backup).toMatchObject({ tasks: 4, repositories: 1, withSecrets: false });
    expect(await readdir(backup.path)).not.toContain("token");
    expect((await stat(backup.path)).mode & 0o777).toBe(0o700);
    expect(await verifyDirectory(backup.path)).toMatchObject({ kind: "backup", ok: true });

    const dataDirectory = join(folder, "restored");
    await restoreBackup(backup.path, dataDirectory);
    const verified = await verifyDirectory(dataDirectory);
    expect(verified).toMatchObject({ kind: "data", ok: true, tasks: { expected: 4, readable: 4, whole: 4 } });
    await expect(restoreBackup(backup.path, dataDirectory)).rejects.toMatchObject({ code: "conflict" });

    restored = await startTestServer({ ...settings(), dataDirectory });
    expect(restored.token).not.toBe(server.token);
    for (const id of [running, ...queued])
      expect(await taskEnd(restored.client, id)).toMatchObject({ state: "proposed", attempt: 1 });
    // What was proposed before can be accepted: its objects came along.
    await restored.client.call("decideChange", { params: { taskId: done, revision: 1 }, body: { decision: "accept" } });
    expect(await readFile(join(project.path, "f1.txt"), "utf8")).toBe("two\n");
  } finally {
    await restored?.close({ keep: true });
    await server.close();
  }
});

it("rebuilds a damaged index at the start, and refuses damaged tasks with what can be recovered", async () => {
  const server = await startTestServer(settings());
  const { dataDirectory } = server;
  const repository = await registerAndIndex(server.client, project.path);
  await server.close({ keep: true });

  await flip(join(dataDirectory, "index.db"), 4096 * 2, 4096 * 4);
  expect((await verifyDirectory(dataDirectory)).parts.at(-1)).toMatchObject({ name: "index.db", state: "rebuildable" });
  const again = await startTestServer({ ...settings(), dataDirectory });
  await until("the index", async () => {
    const status = await again.client.call("getIndexStatus", { params: { repositoryId: repository.id } });
    return status.state === "ready" || undefined;
  });
  const found = await again.client.call("search", { body: { repositoryId: repository.id, query: "one", limit: 3 } });
  expect(found.hits.length).toBeGreaterThan(0);
  const task = await submit(again, repository, "edit");
  expect(await taskEnd(again.client, task)).toMatchObject({ state: "proposed" });
  await again.close({ keep: true });

  const tasks = join(dataDirectory, "tasks.db");
  const sound = await readFile(tasks);
  await flip(tasks, 4096 * 2, 4096 * 6);
  const damaged = await readFile(tasks);
  expect(await verifyDirectory(dataDirectory)).toMatchObject({ ok: false });
  const failure = await startTestServer({ ...settings(), dataDirectory }).catch((error: unknown) => error);
  expect(isOutpostError(failure) && failure.message).toMatch(
    /is damaged and was left as it is; 0 of 0 tasks .* can be recovered/,
  );
  expect(await readFile(tasks)).toEqual(damaged);

  // Only half of it: what can be read becomes a backup, and a server goes on from there.
  await writeFile(tasks, sound);
  await expect(salvageDirectory({ ...asked, dataDirectory, to: join(folder, "none") })).rejects.toThrow(/is sound/);
  await flip(tasks, 0, 4096);
  const salvaged = await salvageDirectory({ ...asked, dataDirectory, to: join(folder, "salvaged") });
  expect(salvaged).toMatchObject({ repositories: { kept: 1, lost: 0 }, tasks: { whole: 1 }, unplacedFile: null });
  expect(await verifyDirectory(salvaged.backup.path)).toMatchObject({ kind: "backup", ok: true });
  await restoreBackup(salvaged.backup.path, join(folder, "from-salvage"));
  const onward = await startTestServer({ ...settings(), dataDirectory: join(folder, "from-salvage") });
  expect(await onward.client.call("getTask", { params: { taskId: task } })).toMatchObject({ id: task });
  await onward.close({ keep: true });

  // Emptied or gone: a directory that was used before is not begun anew.
  await writeFile(tasks, "");
  await expect(startTestServer({ ...settings(), dataDirectory })).rejects.toThrow(/is empty or gone/);
  await writeFile(tasks, sound);
  const mended = await startTestServer({ ...settings(), dataDirectory });
  expect((await mended.client.call("listRepositories")).items).toHaveLength(1);
  await mended.close();
});

async function flip(path: string, from: number, bytes: number): Promise<void> {
  const file = await open(path, "r+");
  await file.write(Buffer.alloc(bytes, 0x5a), 0, bytes, from);
  await file.close();
}
