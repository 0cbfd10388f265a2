// The server as a process: killed and started again it loses nothing; it keeps its directory to itself, ends with all its children, and
// replaces those that die.
import { once } from "node:events";
import { lstat, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Repository, ServerLock, type TaskId } from "@outpost/protocol";
import { createTempRepository, type OllamaTestServer, type TempRepository } from "@outpost/testkit";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { calculatorFiles } from "./calculator-project.ts";
import { allEvents, eventsOf, firstEvent, indexRepository, registerAndIndex, taskEnd, until } from "./follow-task.ts";
import { type Asked, findAskedTwice, findLogProblems, longCommand, longRun } from "./long-run.ts";
import { findChildren, findServerProcesses, isRunning } from "./running-processes.ts";
import { answerByScenario } from "./scenarios.ts";
import { startCoder } from "./scripted-server.ts";
import {
  adoptServer,
  type ChildServer,
  createDataDirectory,
  readFailure,
  spawnServer,
  spawnTestServer,
} from "./start-test-server.ts";

// A busy machine is slow; a run that hangs still ends.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 120_000 });

const isFull = process.env["OUTPOST_FULL"] === "1";
const acceptKills = isFull ? 20 : 1;

const readme = "# Notes\n\nAdds and doubles.\n";
const asked: Asked[] = [];
let ollama: OllamaTestServer;
let server: ChildServer;
let project: TempRepository;
let repository: Repository;
/** Without tests to run, where only what is done to the files matters. */
let notes: TempRepository;
let notesRepository: Repository;
let dataDirectory = "";

const settings = () => ({
  ...{ dataDirectory, port: 0, ollamaUrl: ollama.url, logLevel: "silent" as const },
  ...{ windowTokens: 8192, workers: 2, leaseMs: 1500 },
});
const start = () => spawnTestServer(settings());

beforeAll(async () => {
  project = await createTempRepository(calculatorFiles);
  const scenarios = { killed: longRun(asked, 250) };
  ollama = await startCoder(answerByScenario(scenarios, 1000));
  dataDirectory = await createDataDirectory();
  server = await start();
  repository = await registerAndIndex(server.client, project.path);
  notes = await createTempRepository({ "README.md": readme });
  notesRepository = await registerAndIndex(server.client, notes.path);
});
afterAll(async () => {
  await server?.close();
  await ollama?.close();
  await project?.remove();
  await notes?.remove();
});

async function submit(body: { repositoryId: string; instruction: string; model?: string }): Promise<TaskId> {
  return (await server.client.call("submitTask", { body: { ...body, repositoryId: body.repositoryId as never } })).id;
}

const submitLongRun = () => submit({ repositoryId: repository.id, instruction: "[killed] Mend the calculator." });
const submitEdit = (instruction: string) => submit({ repositoryId: notesRepository.id, instruction, model: "rules" });

/** SIGKILL, and everything that it started is gone with it; then another in the same directory. */
async function killAndRestart(): Promise<void> {
  await server.kill();
  await until("the end of the children", async () => {
    const left = await findServerProcesses(dataDirectory);
    return (left.length === 0 && !(await isRunning(longCommand))) || undefined;
  });
  server = await start();
}

describe("a server that is killed", () => {
  it("during a model call and a command goes on with the run where it was", async () => {
    const id = await submitLongRun();
    if (isFull) {
      await until("the second model call", () => (asked.at(-1)?.answersBefore === 1 ? true : undefined));
      await killAndRestart();
    }
    await until("the command", async () => (await isRunning(longCommand)) || undefined);
    await killAndRestart();
    await until("the last model call", () => (asked.at(-1)?.answersBefore === 6 ? true : undefined));
    await killAndRestart();
    expect(await taskEnd(server.client, id)).toMatchObject({ state: "proposed", attempt: 1 });
    const events = await allEvents(server.client, id);
    expect(findLogProblems(events)).toEqual([]);
    expect(findAskedTwice(events, asked)).toEqual([]);
    expect(eventsOf(events, "tool.returned").filter(({ interrupted }) => interrupted)).toHaveLength(1);
  });

  it("right after it acknowledged tasks has them all", async () => {
    const instructions = ["2", "3", "4", "5"].map((n) => `append "# Part ${n}" to README.md`);
    const ids = await Promise.all(instructions.map((instruction) => submitEdit(instruction)));
    await killAndRestart();
    const ends = await Promise.all(ids.map((id) => taskEnd(server.client, id)));
    expect(ends.map(({ state }) => state)).toEqual(["proposed", "proposed", "proposed", "proposed"]);
    expect(ends.map(({ spec }) => spec.instruction)).toEqual(instructions);
  });

  it(`while it applies a change (${acceptKills}) leaves the checkout as before or as after, and can be asked again`, async () => {
    const path = join(notes.path, "README.md");
    const before = readme;
    const after = before.replace("Adds", "Subtracts");
    const instruction = 'replace "Adds" with "Subtracts" in README.md';
    const ids = await Promise.all(Array.from({ length: acceptKills }, () => submitEdit(instruction)));
    for (const taskId of ids) {
      expect(await taskEnd(server.client, taskId)).toMatchObject({ state: "proposed", revision: 1 });
      const params = { taskId, revision: 1 };
      const accept = () => server.client.call("decideChange", { params, body: { decision: "accept" } });
      const accepting = accept().catch(() => {});
      await sleep(Math.random() * 40);
      await killAndRestart();
      await accepting;
      const text = await readFile(path, "utf8");
      expect([before, after]).toContain(text);
      const { state } = await server.client.call("getTask", { params });
      if (state === "applied") expect(text).toBe(after);
      else await accept();
      expect(await readFile(path, "utf8")).toBe(after);
      await server.client.call("revertChange", { params });
      expect(await readFile(path, "utf8")).toBe(before);
    }
  }, 300_000);
});

describe("the data directory", () => {
  it("shows other users nothing", async () => {
    const open: string[] = [];
    let files = 0;
    for (const entry of await readdir(dataDirectory, { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name);
      const { mode } = await lstat(path);
      if (entry.isFile()) files += 1;
      const isShown = entry.isDirectory() ? (mode & 0o006) !== 0 : entry.isFile() && (mode & 0o006) !== 0;
      // What lies in a directory that others may not list, under a name that nobody can guess, is not shown; its secrets are still closed.
      if (isShown && entry.parentPath === dataDirectory) open.push(`${path} ${mode.toString(8)}`);
    }
    expect(files).toBeGreaterThan(5);
    expect(open).toEqual([]);
    for (const name of ["", "repositories", "worktrees", "environments", "sandbox", "index-status"])
      expect([name, ((await lstat(join(dataDirectory, name))).mode & 0o066).toString(8)]).toEqual([name, "0"]);
    for (const name of ["token", "server.lock", "tasks.db", "tasks.db-wal", "index.db"])
      expect([name, ((await lstat(join(dataDirectory, name))).mode & 0o777).toString(8)]).toEqual([name, "600"]);
  });

  it("is refused to a second server, which names the first", async () => {
    const { exitCode, text } = await readFailure(spawnServer({ dataDirectory, port: 0, logLevel: "silent" }));
    expect(exitCode).toBe(5);
    expect(text).toContain(`another server (process ${server.pid}) uses "${dataDirectory}"`);
    const lock = ServerLock.parse(JSON.parse(await readFile(join(dataDirectory, "server.lock"), "utf8")));
    expect(lock).toMatchObject({ pid: server.pid, url: server.url });
    expect(await server.client.call("getHealth")).toMatchObject({ status: "ok" });
  });

  it("that a dead server left goes to one of two that start at the same time", async () => {
    await server.kill();
    const children = [spawnServer(settings()), spawnServer(settings())] as const;
    const [exitCode] = (await Promise.race(children.map((child) => once(child, "exit")))) as [number | null];
    expect(exitCode).toBe(5);
    const winner = children[0].exitCode === null ? children[0] : children[1];
    server = await adoptServer(winner, dataDirectory);
    const lock = ServerLock.parse(JSON.parse(await readFile(join(dataDirectory, "server.lock"), "utf8")));
    expect(lock).toMatchObject({ pid: winner.pid, url: server.url });
  });
});

describe("a child that is killed", () => {
  it("is replaced: the worker at once, the indexer when it is needed", async () => {
    const before = await server.client.call("getStatus");
    await indexRepository(server.client, repository);
    const [worker] = await findChildren(server.pid, "worker");
    const [indexer] = await findChildren(server.pid, "indexer");
    if (!worker || !indexer) throw new Error(`there is worker ${worker} and indexer ${indexer}`);
    process.kill(worker, "SIGKILL");
    process.kill(indexer, "SIGKILL");
    await until("another worker", async () => {
      const now = await findChildren(server.pid, "worker");
      return (now.length > 0 && !now.includes(worker)) || undefined;
    });
    expect(await indexRepository(server.client, repository)).toMatchObject({ state: "ready", files: 3 });
    const after = await server.client.call("getStatus");
    expect(after.workers.restarts).toBe(before.workers.restarts + 1);
    expect(after.indexer.restarts).toBe(before.indexer.restarts + 1);
    expect(await findChildren(server.pid, "indexer")).not.toContain(indexer);
  });
});

describe("a clean shutdown", () => {
  it("in the middle of a command leaves no process and no lock, and the run goes on at the next start", async () => {
    asked.length = 0;
    const id = await submitLongRun();
    await until("the command", async () => (await isRunning(longCommand)) || undefined);
    await server.close({ keep: true });
    expect(await findServerProcesses(dataDirectory)).toEqual([]);
    expect(await isRunning(longCommand)).toBe(false);
    expect(await readdir(dataDirectory)).not.toContain("server.lock");
    server = await start();
    await firstEvent(server.client, id, "run.finished");
    const events = await allEvents(server.client, id);
    expect(findLogProblems(events)).toEqual([]);
    expect(findAskedTwice(events, asked)).toEqual([]);
  });
});
