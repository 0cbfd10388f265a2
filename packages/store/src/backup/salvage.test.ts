// What can be read of a really damaged tasks.db is in a new one, in order; what is lost is said; the damaged one stays as it is.
import { mkdtemp, open, readdir, readFile, rm, stat, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TaskStore } from "@outpost/core";
import {
  type EventEnvelope,
  type RepositoryId,
  type SalvageReport,
  type TaskEvent,
  type TaskId,
  TaskSpec,
} from "@outpost/protocol";
import { createTestIds, plainRepository } from "@outpost/testkit";
import Database from "better-sqlite3";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openSqliteTaskStore } from "../tasks/sqlite-task-store.ts";
import { examineTaskDatabase } from "./examine-task-database.ts";
import { salvageTaskDatabase } from "./salvage-task-database.ts";

const isFull = process.env["OUTPOST_FULL"] === "1";
const pageBytes = 4096;
const nowMs = 1_900_000_000_000;
let folder = "";
let path = "";
let to = "";
let repositoryId: RepositoryId;
let unplaced: object[] = [];
const newId = createTestIds();
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "outpost-salvage-"));
  path = join(folder, "tasks.db");
  to = join(folder, "new.db");
  unplaced = [];
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

const commit = "1".repeat(40);
const model = { provider: "rules", name: "rules", windowTokens: 8192, canCallTools: true, canThink: false };
const started = (attempt: number): TaskEvent =>
  ({
    ...{ type: "run.started", runId: newId("run"), attempt, baseCommit: commit, model },
    ...{ systemPrompt: "be brief", tools: [] },
  }) as unknown as TaskEvent;

/** `tasks` that run, say much (some of it large), and end; the last one is still running, one waits for an answer. Interleaved. */
async function fill(tasks: number): Promise<Map<TaskId, EventEnvelope[]>> {
  const store = await openSqliteTaskStore({ path, maxInlineBytes: 2000 });
  repositoryId = newId("rep");
  await store.createRepository(plainRepository(repositoryId));
  const ids: TaskId[] = [];
  for (let count = 0; count < tasks; count++) {
    const spec = TaskSpec.parse({
      repositoryId,
      instruction: `task ${count}`,
      ...(count === 5 ? { after: ids.slice(0, 1) } : {}),
    });
    const key = { idempotencyKey: `key ${count}` };
    ids.push((await store.createTask({ taskId: newId("tsk"), spec, by: "ada", nowMs: count, ...key })).task.id);
  }
  const append = (taskId: TaskId, ...events: TaskEvent[]) =>
    store.append({ taskId, expectedSeq: "any", fence: null, events, nowMs: 100 });
  for (const id of ids) if ((await store.getTask(id)).state === "queued") await append(id, started(1));
  for (let round = 0; round < 6; round++)
    for (const [at, id] of ids.entries())
      await append(id, { type: "message.added", text: `${at}/${round} `.repeat(round === 2 ? 600 : 40), by: "ada" });
  for (const [at, id] of ids.entries()) {
    if (at === 5 || at === tasks - 1) continue;
    const question = {
      approvalId: newId("apr"),
      kind: "question",
      question: "sure?",
      options: [] as string[],
      callId: null,
    } as const;
    const ended = {
      type: "run.finished",
      runId: newId("run"),
      outcome: { type: "answered", answer: "yes", citations: [] },
    };
    await append(id, at === 3 ? { type: "approval.requested", ...question } : (ended as TaskEvent));
  }
  await store.pauseQueue({ repositoryId: null, kind: "person", by: "ada", reason: "night", atMs: 7 });
  const logs = await readLogs(store, ids);
  await store.close();
  return logs;
}

async function readLogs(store: TaskStore, ids: Iterable<TaskId>): Promise<Map<TaskId, EventEnvelope[]>> {
  const logs = new Map<TaskId, EventEnvelope[]>();
  for (const id of ids) logs.set(id, await store.readEvents(id, 0, 1000).catch(() => []));
  return logs;
}

function pagesOf(name: string, type = "leaf"): number[] {
  const database = new Database(path, { readonly: true });
  const rows = database
    .prepare<[string, string], { pageno: number }>(
      "SELECT pageno FROM dbstat WHERE name = ? AND pagetype = ? ORDER BY path",
    )
    .all(name, type);
  database.close();
  return rows.map(({ pageno }) => pageno);
}

async function overwrite(pages: readonly number[]): Promise<void> {
  const file = await open(path, "r+");
  for (const number of pages) await file.write(Buffer.alloc(pageBytes, 0xa5), 0, pageBytes, (number - 1) * pageBytes);
  await file.close();
}

const salvage = (): Promise<SalvageReport> =>
  salvageTaskDatabase({ from: path, to, newId, nowMs, unplaced: (record) => void unplaced.push(record) });

/** The new database is sound, and every log in it is the beginning of what was. Returns how many events of before it holds. */
async function check(before: ReadonlyMap<TaskId, EventEnvelope[]>): Promise<number> {
  expect(examineTaskDatabase(to)).toMatchObject({ isSound: true, problems: [] });
  expect((await stat(to)).mode & 0o777).toBe(0o600);
  const store = await openSqliteTaskStore({ path: to });
  let events = 0;
  for (const [id, log] of await readLogs(store, before.keys())) {
    const own = log.filter(({ event }) => !("by" in event && event.by === "salvage"));
    expect(log.slice(0, own.length)).toEqual(own);
    expect(own).toEqual(before.get(id)?.slice(0, own.length));
    events += own.length;
  }
  expect(await store.verifyAudit()).toMatchObject({ ok: true });
  // Nobody is given a position that was given before.
  const highest = Math.max(...[...before.values()].flat().map(({ position }) => position));
  const spec = TaskSpec.parse({ repositoryId, instruction: "and on" });
  await store.createTask({ taskId: newId("tsk"), spec, by: "ada", nowMs: 200 });
  expect((await store.readAllEvents(highest, 1000)).at(-1)?.event).toMatchObject({ type: "task.created" });
  await store.close();
  return events;
}

it("brings all over of a sound one: logs, positions, approvals, keys, dependencies, pauses, the audit log", async () => {
  const before = await fill(12);
  expect(await salvage()).toMatchObject({
    tasks: { whole: 12, cut: 0, begunAgain: 0, lost: 0 },
    events: { placed: [...before.values()].flat().length, unplaced: 0, lost: 0 },
    repositories: { kept: 1, lost: 0 },
    problems: [],
  });
  expect(unplaced).toEqual([]);
  await check(before);
  const [left, right] = [await openSqliteTaskStore({ path }), await openSqliteTaskStore({ path: to })];
  for (const read of [
    (store: TaskStore) => store.listPauses(),
    (store: TaskStore) => store.listApprovals({ limit: 100 }),
    (store: TaskStore) => store.listRepositories(),
    async (store: TaskStore) =>
      (await store.listTasks({ limit: 100 })).items.filter(({ spec }) => spec.instruction !== "and on"),
  ])
    expect(await read(right)).toEqual(await read(left));
  const [first] = before.keys();
  const spec = TaskSpec.parse({ repositoryId, instruction: "task 0" });
  const repeated = { taskId: newId("tsk"), spec, by: "ada", nowMs: 50, idempotencyKey: "key 0" };
  expect(await right.createTask(repeated)).toMatchObject({ created: false, task: { id: first } });
  await left.close();
  await right.close();
});

it("takes each log up to its gap, hands out what lies behind, and lets nothing go on by itself from half a log", async () => {
  const before = await fill(40);
  const leaves = pagesOf("event");
  await overwrite([leaves[6] as number, leaves[9] as number]);
  const damaged = await readFile(path);
  const report = await salvage();
  expect(await readFile(path)).toEqual(damaged);
  const { tasks, events } = report;
  expect(tasks.whole).toBeGreaterThan(0);
  expect(tasks.cut).toBeGreaterThan(3);
  expect(tasks.whole + tasks.cut + tasks.begunAgain).toBe(40);
  expect(events.lost).toBeGreaterThan(3);
  expect(events.placed + events.unplaced + events.lost).toBe([...before.values()].flat().length);
  expect(unplaced.filter((record) => "event" in record)).toHaveLength(events.unplaced);
  expect(report.brokenTasks).toHaveLength(tasks.cut + tasks.begunAgain);
  expect(await check(before)).toBe(events.placed);
  const store = await openSqliteTaskStore({ path: to });
  for (const id of report.brokenTasks) {
    const task = await store.getTask(id as TaskId);
    expect(["paused", "waiting", "answered"]).toContain(task.state);
    if (task.state === "paused") expect(task.reason).toMatch(/of its events could be salvaged/);
  }
  const audit = (await store.listAudit({ limit: 1 }))[0];
  expect(audit?.record).toMatchObject({ type: "tasks.salvaged", tasks, events });
  await store.close();
});

it("finds tasks by their logs where their rows are lost, and by their rows where their logs are", async () => {
  const before = await fill(40);
  await overwrite(pagesOf("task").slice(0, 2));
  const report = await salvage();
  expect(report.tasks.whole + report.tasks.cut).toBe(40);
  expect(report.tasks.cut).toBeGreaterThan(2);
  expect(report.problems.join("\n")).toMatch(/its log is kept under the new id "tsk_/);
  expect(await check(before)).toBeLessThan(report.events.placed);

  await rm(to);
  for (const end of ["", "-wal", "-shm"]) await rm(`${path}${end}`, { force: true });
  const again = await fill(40);
  await overwrite(pagesOf("event").slice(0, 1));
  const second = await salvage();
  expect(second.tasks.begunAgain).toBeGreaterThan(3);
  expect(second.tasks.lost).toBe(0);
  await check(again);
  const store = await openSqliteTaskStore({ path: to });
  for (const id of second.brokenTasks)
    expect(await store.getTask(id as TaskId)).toMatchObject({
      id,
      spec: { instruction: expect.stringMatching(/^task \d+$/) },
    });
  await store.close();
});

it.each([0.6, 0.9])("makes what it can of one that lost its end (%d of it is left)", async (share) => {
  const before = await fill(60);
  await truncate(path, Math.floor(((await stat(path)).size * share) / pageBytes) * pageBytes);
  const report = await salvage();
  expect(report.events.placed).toBeGreaterThan(0);
  await check(before);
});

it("survives damage wherever it is: any single page, and pages at random", async () => {
  const before = await fill(14);
  const sound = await readFile(path);
  const pages = sound.length / pageBytes;
  let [tried, salvaged] = [0, 0];
  for (let page = 2; page <= pages; page += isFull ? 1 : 5) {
    tried += 1;
    const bytes = Buffer.from(sound);
    // Sometimes nonsense, sometimes nothing, sometimes one flipped byte in the middle.
    if (page % 3 === 0) bytes.fill(0xa5, (page - 1) * pageBytes, page * pageBytes);
    else if (page % 3 === 1) bytes.fill(0, (page - 1) * pageBytes, page * pageBytes);
    else bytes[(page - 1) * pageBytes + 2500] = (bytes[(page - 1) * pageBytes + 2500] ?? 0) ^ 0x20;
    const file = await open(path, "w");
    await file.write(bytes);
    await file.close();
    await rm(to, { force: true });
    try {
      const { tasks } = await salvage();
      salvaged += tasks.whole + tasks.cut + tasks.begunAgain > 0 ? 1 : 0;
    } catch (error) {
      throw new Error(`page ${page} of ${pages}: ${(error as Error).message}`, { cause: error });
    }
    await check(before);
  }
  expect(salvaged).toBe(tried);
  if (isFull) console.info(`${tried} single damaged pages of ${pages}: something was salvaged of ${salvaged}`);
}, 120_000);

it("reads one without its first page as a new one would be", async () => {
  const before = await fill(20);
  await overwrite([1]);
  const report = await salvage();
  expect(report).toMatchObject({ tasks: { whole: 20 }, events: { lost: 0 } });
  expect(report.problems).toEqual(["its list of tables cannot be read; the one of a new database was assumed"]);
  await check(before);
});

it("ends, and leaves nothing behind, when what has no place cannot be written down", async () => {
  await fill(40);
  await overwrite(pagesOf("event").slice(6, 7));
  const fails = salvageTaskDatabase({
    ...{ from: path, to, newId, nowMs },
    unplaced: () => {
      throw new Error("no space left on device");
    },
  });
  await expect(fails).rejects.toThrow("no space left on device");
  expect((await readdir(folder)).filter((name) => name.startsWith("new.db"))).toEqual([]);
});

it("says so when there is nothing to be read at all, and leaves nothing behind", async () => {
  await fill(2);
  await writeFile(path, Buffer.alloc(60 * pageBytes, 0xa5));
  await expect(salvage()).rejects.toMatchObject({ code: "unavailable", details: { reason: "damaged" } });
  expect((await readdir(folder)).filter((name) => name.startsWith("new.db"))).toEqual([]);
});
