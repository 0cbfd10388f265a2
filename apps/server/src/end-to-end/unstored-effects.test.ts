// The server is killed right behind an effect on the repository (files, a commit, both, a push, the way back) and before the event that tells
// of it: what is said of the change afterwards, be it the same again or something else, leaves one commit, the effect once, and a log that
// says what is so. Held at that very place by the database's lock.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { DecideChangeRequest, Repository, TaskId } from "@outpost/protocol";
import { createTempRepository, runGit, type TempRepository } from "@outpost/testkit";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { calculatorFiles } from "./calculator-project.ts";
import { allEvents, eventsOf, registerAndIndex, taskEnd, until } from "./follow-task.ts";
import { holdDatabase } from "./hold-database.ts";
import { type ChildServer, spawnTestServer } from "./start-test-server.ts";

// A busy machine is slow; a run that hangs still ends.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 120_000 });

let server: ChildServer;
let project: TempRepository;
let repository: Repository;
let number = 0;

const start = (dataDirectory?: string) =>
  spawnTestServer({ model: "rules", workers: 1, ...(dataDirectory === undefined ? {} : { dataDirectory }) });

beforeAll(async () => {
  project = await createTempRepository(calculatorFiles);
  server = await start();
  repository = await registerAndIndex(server.client, project.path);
});
afterAll(async () => {
  await server?.close();
  await project?.remove();
});

const git = async (...args: string[]): Promise<string> => (await runGit(project.path, args)).trim();
const readme = () => readFile(join(project.path, "README.md"), "utf8");
const tipOf = (branch: string) => git("rev-parse", "--quiet", "--verify", `refs/heads/${branch}`).catch(() => "");
const branchOf = (taskId: TaskId) => `outpost/${taskId}`;
const params = (taskId: TaskId) => ({ taskId, revision: "latest" as const });

async function commitsOf(taskId: TaskId): Promise<number> {
  const found = await git("log", "--all", "--format=%H", "--fixed-strings", `--grep=${taskId}`);
  return found.split("\n").filter((line) => line !== "").length;
}

async function propose(): Promise<TaskId> {
  number += 1;
  const body = { repositoryId: repository.id, instruction: `append "# Part ${number}" to README.md` };
  const { id } = await server.client.call("submitTask", { body });
  expect(await taskEnd(server.client, id)).toMatchObject({ state: "proposed" });
  return id;
}

const accept = (taskId: TaskId, body: Partial<DecideChangeRequest>) =>
  server.client.call("decideChange", { params: params(taskId), body: { decision: "accept", ...body } });
const revert = (taskId: TaskId) => server.client.call("revertChange", { params: params(taskId) });
const stateOf = async (taskId: TaskId) => (await server.client.call("getTask", { params: { taskId } })).state;
const applied = async (taskId: TaskId) => eventsOf(await allEvents(server.client, taskId), "change.applied");

/** Killed when the effect is there and nothing tells of it; then another server is started. */
async function killBehind(effect: () => Promise<boolean>, ask: () => Promise<unknown>): Promise<void> {
  const letGo = await holdDatabase(server.dataDirectory);
  try {
    let failure: unknown;
    const asking = ask().catch((error) => {
      failure = error;
    });
    await until("the effect", async () => {
      if (await effect()) return true;
      if (failure !== undefined) throw failure;
      return undefined;
    });
    await server.kill();
    await asking;
  } finally {
    await letGo();
  }
  server = await start(server.dataDirectory);
}

type Way = [
  name: string,
  body: Partial<DecideChangeRequest>,
  isThere: (taskId: TaskId) => Promise<boolean>,
  commits: number,
];
const isWritten = async () => (await readme()).includes(`# Part ${number}\n`);
const isOnHead = async () => (await git("log", "-1", "--format=%s")).includes(`# Part ${number}"`);
const ways: Way[] = [
  ["the files of the checkout", {}, isWritten, 0],
  ["a commit on a branch", { target: "branch" }, async (taskId) => (await tipOf(branchOf(taskId))) !== "", 1],
  ["files and a commit of them", { delivery: { commit: true } }, isOnHead, 1],
];

describe.each(ways)("a server that was killed behind %s", (_, body, isThere, commits) => {
  const interrupted = async (): Promise<{ taskId: TaskId; before: [string, string] }> => {
    const taskId = await propose();
    const before: [string, string] = [await readme(), await git("rev-parse", "HEAD")];
    await killBehind(
      () => isThere(taskId),
      () => accept(taskId, body),
    );
    expect(await stateOf(taskId)).toBe("proposed");
    return { taskId, before };
  };
  const isSettled = async (taskId: TaskId): Promise<void> => {
    const events = await applied(taskId);
    expect(events).toHaveLength(1);
    expect(events[0]?.commit?.commit ?? null).toEqual(commits === 0 ? null : expect.any(String));
    expect(await commitsOf(taskId)).toBe(commits);
  };

  it("has it once when it is accepted again, and can take it back", async () => {
    const { taskId, before } = await interrupted();
    expect(await accept(taskId, body)).toMatchObject({ task: { state: "applied" }, outcome: "applied" });
    await isSettled(taskId);
    await revert(taskId);
    expect([await readme(), await git("rev-parse", "HEAD")]).toEqual(before);
    // Whether the branch was made for it is not known any more.
    expect(["", before[1]]).toContain(await tipOf(branchOf(taskId)));
  });

  it("does not call it rejected", async () => {
    const { taskId } = await interrupted();
    const rejecting = server.client.call("decideChange", { params: params(taskId), body: { decision: "reject" } });
    await expect(rejecting).rejects.toMatchObject({ code: "conflict", message: expect.stringMatching(/revert it/) });
    expect(await stateOf(taskId)).toBe("applied");
    await isSettled(taskId);
    await revert(taskId);
  });

  it("has taken it back once when that was cut short too", async () => {
    const taskId = await propose();
    const before = [await readme(), await git("rev-parse", "HEAD")];
    await accept(taskId, body);
    const isBack = async () => !(await isThere(taskId));
    await killBehind(isBack, () => revert(taskId));
    expect(await stateOf(taskId)).toBe("applied");
    expect(await revert(taskId)).toMatchObject({ task: { state: "reverted" } });
    expect([await readme(), await git("rev-parse", "HEAD")]).toEqual(before);
    expect(eventsOf(await allEvents(server.client, taskId), "change.reverted")).toHaveLength(1);
  });
});

describe("a server that was killed behind the files, before the commit that was asked for", () => {
  it("commits them when the change is accepted again", async () => {
    const taskId = await propose();
    // As by a server that was killed there: the files alone.
    await killBehind(isWritten, () => accept(taskId, {}));
    expect(await accept(taskId, { delivery: { commit: true } })).toMatchObject({ task: { state: "applied" } });
    expect(await commitsOf(taskId)).toBe(1);
    expect(await git("status", "--porcelain", "--untracked-files=no")).toBe("");
    await revert(taskId);
  });
});

describe("what else is said of a commit that was not stored", () => {
  it("a message goes to a task whose change is applied", async () => {
    const taskId = await propose();
    await killBehind(
      async () => (await tipOf(branchOf(taskId))) !== "",
      () => accept(taskId, { target: "branch" }),
    );
    await server.client.call("addMessage", { params: { taskId }, body: { text: "and now?" } });
    expect(await applied(taskId)).toMatchObject([{ target: "branch", commit: { branch: branchOf(taskId) } }]);
    await taskEnd(server.client, taskId);
  });

  it("another target does not make it twice", async () => {
    const taskId = await propose();
    const before = await readme();
    await killBehind(
      async () => (await tipOf(branchOf(taskId))) !== "",
      () => accept(taskId, { target: "branch" }),
    );
    expect(await accept(taskId, {})).toMatchObject({
      task: { state: "applied" },
      commit: { branch: branchOf(taskId) },
    });
    expect(await readme()).toBe(before);
    expect(await commitsOf(taskId)).toBe(1);
  });
});
