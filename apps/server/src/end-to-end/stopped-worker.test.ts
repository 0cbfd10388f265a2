// A worker is stopped for longer than its lease in the middle of a run, another finishes the run, and then the first one goes on: it appends
// nothing, moves no ref of the mirror, and the change becomes one commit. Stopped right behind a write, before the checkpoint of it, and
// during a call of the model. Real processes, real git.
import type { ChildProcess } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { TaskId } from "@outpost/protocol";
import { runGit } from "@outpost/testkit";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { mendedCalculator } from "./calculator-project.ts";
import { allEvents, eventsOf, submitTask, taskEnd, until } from "./follow-task.ts";
import { joinWorker } from "./join-worker.ts";
import { answerByScenario, call, callsInOrder } from "./scenarios.ts";
import { type ScriptedServer, startScriptedServer } from "./scripted-server.ts";
import { stopBetweenWrites } from "./stop-process.ts";

// A busy machine is slow; a run that hangs still ends.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 120_000 });

const delayBeforeHeadersMs = 400;
const mend = call("edit_file", { path: "calculator.py", old: "return a - b", new: "return a + b" });
const scenarios = {
  mend: callsInOrder([
    { ...mend, delayBeforeHeadersMs },
    { ...call("finish", { summary: "Mended." }), delayBeforeHeadersMs },
  ]),
  quick: callsInOrder([call("finish", { summary: "Done." })]),
};

let server: ScriptedServer;
/** Not the server's own, which would end one that says nothing. */
let joined: ChildProcess;

beforeAll(async () => {
  server = await startScriptedServer(answerByScenario(scenarios), { settings: { leaseMs: 1500 } });
  joined = joinWorker(server.dataDirectory);
  await until("the joined worker", async () => (await status()).workers.joined === 1 || undefined);
});
afterAll(async () => {
  joined?.kill("SIGKILL");
  await server?.close();
});

const status = () => server.client.call("getStatus");
const submit = (scenario: string) => submitTask(server, `[${scenario}] Do it.`);

/** Two tasks for two workers, as often as it takes: the joined one's. */
async function taskOfJoined(scenario: string): Promise<TaskId> {
  const ids = [await submit(scenario), await submit(scenario)];
  const found = await until("who holds which", async () => {
    const mine = (await status()).busyWorkers.find(({ workerId }) => workerId.startsWith("j"))?.taskId;
    const both = await Promise.all(ids.map((taskId) => server.client.call("getTask", { params: { taskId } })));
    if (both.every(({ state }) => state !== "queued" && state !== "running")) return "neither";
    return ids.find((id) => id === mine);
  });
  return found === "neither" ? taskOfJoined(scenario) : found;
}

async function isWritten(taskId: TaskId): Promise<boolean> {
  const folder = join(server.dataDirectory, "worktrees", taskId);
  for (const name of await readdir(folder).catch(() => [])) {
    const text = await readFile(join(folder, name, "calculator.py"), "utf8").catch(() => "");
    if (text === mendedCalculator) return true;
  }
  return false;
}

const moments: [what: string, isThere: (taskId: TaskId) => Promise<boolean>][] = [
  ["right behind a write", isWritten],
  [
    "during a call of the model",
    async (taskId) => eventsOf(await allEvents(server.client, taskId), "step.started").length === 2,
  ],
];

/** What the mirror and the repository hold of the task: each ref with its object. */
async function refsOf(taskId: TaskId): Promise<string[]> {
  const mirror = join(server.dataDirectory, "repositories", server.repository.id, "mirror.git");
  const lines = await Promise.all(
    [mirror, server.project.path].map((folder) =>
      runGit(folder, ["-c", "safe.directory=*", "for-each-ref", "--format=%(objectname) %(refname)"]),
    ),
  );
  return lines.flatMap((text) => text.split("\n")).filter((line) => line.includes(taskId));
}

describe("a worker that was stopped for longer than its lease", () => {
  it.each(moments)("%s changes nothing when it goes on", async (_, isThere) => {
    const taskId = await taskOfJoined("mend");
    await until("the moment", async () => (await isThere(taskId)) || undefined);
    await stopBetweenWrites(joined.pid ?? 0, server.dataDirectory);
    expect(await taskEnd(server.client, taskId)).toMatchObject({ state: "proposed" });
    const decision = { decision: "accept" as const, target: "branch" as const };
    await server.client.call("decideChange", { params: { taskId, revision: "latest" }, body: decision });
    const before = { events: await allEvents(server.client, taskId), refs: await refsOf(taskId) };
    expect(eventsOf(before.events, "run.resumed")).toHaveLength(1);
    expect(before.refs.some((line) => line.includes(`refs/heads/outpost/${taskId}`))).toBe(true);

    joined.kill("SIGCONT");
    await taskOfJoined("quick");
    await until("its rest", async () => (await status()).busyWorkers.length === 0 || undefined);
    expect(await allEvents(server.client, taskId)).toEqual(before.events);
    // The ref that only its own worktree moves is its to remove.
    const isOwn = (line: string) => line.includes("refs/outpost-worktrees/");
    expect((await refsOf(taskId)).filter((line) => !isOwn(line))).toEqual(before.refs.filter((line) => !isOwn(line)));
    const commits = await runGit(server.project.path, [
      "log",
      "--all",
      "--format=%H",
      "--fixed-strings",
      `--grep=${taskId}`,
    ]);
    expect(commits.trim().split("\n")).toHaveLength(1);
  });
});
