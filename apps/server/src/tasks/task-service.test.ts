// Decisions that meet something else: a message at the same moment, a server that ended before it had stored what it wrote; and what a
// server finds of its last life when it starts.

import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isOutpostError, type Repository, type TaskId } from "@outpost/protocol";
import { createTempRepository, type TempRepository } from "@outpost/testkit";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { SandboxSettings } from "../configuration/sandbox-settings.ts";
import { calculatorFiles } from "../end-to-end/calculator-project.ts";
import { allEvents, eventsOf, registerAndIndex, taskEnd, until } from "../end-to-end/follow-task.ts";
import { createDataDirectory, startTestServer, type TestServer } from "../end-to-end/start-test-server.ts";
import { composeHost, composeProcesses } from "../process/compose-host.ts";

const races = 2;
/** Into the acceptance: it reads the change's blobs then. */
const intoApplyMs = 25;
const forgotten = "rep_01aaaaaaaaaaaaaaaaaaaa";
const leftBehind = "tsk_01aaaaaaaaaaaaaaaaaaaa";

let server: TestServer;
let project: TempRepository;
let repository: Repository;

beforeAll(async () => {
  project = await createTempRepository(calculatorFiles);
  const dataDirectory = await createDataDirectory();
  // Used before, with something left behind.
  await (await startTestServer({ model: "rules", workers: 1, dataDirectory })).close({ keep: true });
  await mkdir(join(dataDirectory, "repositories", forgotten, "mirror.git"), { recursive: true });
  await mkdir(join(dataDirectory, "worktrees", leftBehind, "run_01aaaaaaaaaaaaaaaaaaaa-1"), { recursive: true });
  await writeFile(join(dataDirectory, "worktrees", leftBehind, "run_01aaaaaaaaaaaaaaaaaaaa-1", "a.txt"), "a");
  server = await startTestServer({ model: "rules", workers: 1, dataDirectory });
  repository = await registerAndIndex(server.client, project.path);
});
afterAll(async () => {
  await server?.close();
  await project?.remove();
});

const readme = () => readFile(join(project.path, "README.md"), "utf8");
const decide = (taskId: TaskId, decision: "accept" | "reject") =>
  server.client.call("decideChange", { params: { taskId, revision: "latest" }, body: { decision } });
const stateOf = async (taskId: TaskId) => (await server.client.call("getTask", { params: { taskId } })).state;

async function propose(instruction: string): Promise<TaskId> {
  const body = { repositoryId: repository.id, instruction };
  const { id } = await server.client.call("submitTask", { body });
  expect(await taskEnd(server.client, id)).toMatchObject({ state: "proposed" });
  return id;
}

/** What a server does that is killed before it stores the event. */
async function writeWithoutEvent(taskId: TaskId): Promise<void> {
  const { dataDirectory } = server;
  const settings = { dataDirectory, sandbox: SandboxSettings.parse({}) };
  const host = composeHost(settings, await composeProcesses(settings));
  const change = await server.client.call("getChange", { params: { taskId, revision: "latest" } });
  await host.apply(repository, change);
}

describe("a change that was written but not stored as applied", () => {
  it("is not rejected: it is applied, and can be reverted", async () => {
    const before = await readme();
    const taskId = await propose('append "# Rejected" to README.md');
    await writeWithoutEvent(taskId);
    await expect(decide(taskId, "reject")).rejects.toMatchObject({ code: "conflict", message: /revert it/ });
    expect(await stateOf(taskId)).toBe("applied");
    await server.client.call("revertChange", { params: { taskId, revision: "latest" } });
    expect(await readme()).toBe(before);
  });

  it("is applied when it is accepted again, also when its files were edited since", async () => {
    const taskId = await propose('append "# Accepted" to README.md');
    await writeWithoutEvent(taskId);
    await writeFile(join(project.path, "README.md"), `${await readme()}edited\n`);
    const { task, files } = await decide(taskId, "accept");
    expect(task.state).toBe("applied");
    expect(files.map(({ path }) => path)).toEqual(["README.md"]);
    expect(eventsOf(await allEvents(server.client, taskId), "change.applied")).toHaveLength(1);
  });
});

describe("a message at the moment of an acceptance", () => {
  it("comes before or behind it, never between the checkout and the log", async () => {
    for (let race = 0; race < races; race++) {
      const taskId = await propose(`append "# Race ${race}" to README.md`);
      const [accepted] = await Promise.allSettled([
        decide(taskId, "accept"),
        sleep(intoApplyMs).then(() =>
          server.client.call("addMessage", { params: { taskId }, body: { text: "and now?" } }),
        ),
      ]);
      const isWritten = (await readme()).includes(`# Race ${race}`);
      if (accepted.status === "rejected")
        expect(isOutpostError(accepted.reason) && accepted.reason.code).toBe("conflict");
      expect(isWritten).toBe(accepted.status === "fulfilled");
      await taskEnd(server.client, taskId);
    }
  });
});

describe("a change that was applied before another run", () => {
  // As it is committed: the tests before have edited it.
  beforeEach(() => writeFile(join(project.path, "README.md"), calculatorFiles["README.md"] ?? ""));

  it.each(["finished or proposed", "cancelled"])("can be taken back when that has ended (%s), once", async (how) => {
    const before = await readme();
    const taskId = await propose('append "# Early" to README.md');
    await decide(taskId, "accept");
    if (how === "cancelled") await server.client.call("pauseQueue", { body: {} });
    await server.client.call("addMessage", { params: { taskId }, body: { text: "and now?" } });
    const revert = () => server.client.call("revertChange", { params: { taskId, revision: 1 } });
    if (how === "cancelled") {
      await expect(revert()).rejects.toMatchObject({ code: "conflict", message: expect.stringMatching(/cancel it/) });
      await server.client.call("cancelTask", { params: { taskId } });
      await server.client.call("resumeQueue", { body: {} });
    }
    const { state } = await taskEnd(server.client, taskId);
    expect(state).not.toBe("applied");
    expect(await revert()).toMatchObject({ task: { state } });
    expect(await readme()).toBe(before);
    await expect(revert()).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringMatching(/only an applied/),
    });
  });
});

describe("a change of before a run that was cancelled", () => {
  // As it is committed: the tests before have edited it.
  beforeEach(() => writeFile(join(project.path, "README.md"), calculatorFiles["README.md"] ?? ""));

  /** Another run was asked for, and cancelled before it began. */
  async function askAndCancel(taskId: TaskId): Promise<void> {
    await server.client.call("pauseQueue", { body: {} });
    await server.client.call("addMessage", { params: { taskId }, body: { text: "and now?" } });
    await server.client.call("cancelTask", { params: { taskId } });
    await server.client.call("resumeQueue", { body: {} });
    expect(await stateOf(taskId)).toBe("cancelled");
  }

  it("can still be accepted, once, and taken back", async () => {
    const before = await readme();
    const taskId = await propose('append "# Cancelled" to README.md');
    await askAndCancel(taskId);
    const shown = await server.client.call("getChange", { params: { taskId, revision: "latest" } });
    expect(shown.files.map(({ path }) => path)).toEqual(["README.md"]);
    expect((await decide(taskId, "accept")).task.state).toBe("applied");
    expect(await readme()).toContain("# Cancelled");
    await server.client.call("revertChange", { params: { taskId, revision: "latest" } });
    expect(await readme()).toBe(before);
  });

  it("can still be rejected, and not be accepted afterwards", async () => {
    const taskId = await propose('append "# Refused" to README.md');
    await askAndCancel(taskId);
    expect((await decide(taskId, "reject")).task.state).toBe("rejected");
    await askAndCancel(taskId);
    await expect(decide(taskId, "accept")).rejects.toMatchObject({ code: "conflict", message: /was rejected already/ });
  });

  it("is not decided a second time when it was applied", async () => {
    const taskId = await propose('append "# Applied" to README.md');
    await decide(taskId, "accept");
    const after = await readme();
    await askAndCancel(taskId);
    for (const decision of ["accept", "reject"] as const)
      await expect(decide(taskId, decision)).rejects.toMatchObject({
        ...{ code: "conflict", message: /was accepted and applied already/ },
      });
    expect(await readme()).toBe(after);
  });
});

describe("a server that starts", () => {
  it("removes what nobody knows of any more", async () => {
    expect(await readdir(join(server.dataDirectory, "worktrees"))).not.toContain(leftBehind);
    await until("the removal", async () => {
      const left = await readdir(join(server.dataDirectory, "repositories"));
      return !left.includes(forgotten) || undefined;
    });
    expect(await readdir(join(server.dataDirectory, "repositories"))).toEqual([repository.id]);
  });
});

describe("a HEAD request", () => {
  it("opens no stream", async () => {
    const taskId = await propose('append "# Head" to README.md');
    for (let count = 0; count < 70; count++) {
      const { status } = await server.request(`/v1/tasks/${taskId}/stream`, { method: "HEAD" });
      expect(status).toBe(200);
    }
    const response = await server.request(`/v1/tasks/${taskId}/stream`);
    expect(response.status).toBe(200);
    await response.body?.cancel();
  });
});
