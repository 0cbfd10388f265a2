// A tasks.db that others write to is copied as one moment of it; a damaged one is reported with what can be read. Real files, really damaged.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, open, readFile, rm, stat, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type TaskId, TaskSpec } from "@outpost/protocol";
import { createTestIds, plainRepository } from "@outpost/testkit";
import Database from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openSqliteTaskStore } from "../tasks/sqlite-task-store.ts";
import { copyTaskDatabase } from "./copy-task-database.ts";
import { assertIntactPages, examineTaskDatabase } from "./examine-task-database.ts";

const program = fileURLToPath(new URL("../tasks/append-until-killed.ts", import.meta.url));
const pageBytes = 4096;

let folder = "";
let path = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "outpost-backup-"));
  path = join(folder, "tasks.db");
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

/** Tasks with messages, some of them long. */
async function fill(tasks: number, messages: number): Promise<TaskId[]> {
  const store = await openSqliteTaskStore({ path, maxInlineBytes: 2000 });
  const newId = createTestIds();
  const repositoryId = newId("rep");
  await store.createRepository(plainRepository(repositoryId));
  const ids: TaskId[] = [];
  for (let count = 0; count < tasks; count++) {
    const spec = TaskSpec.parse({ repositoryId, instruction: `task ${count}` });
    const { task } = await store.createTask({ taskId: newId("tsk"), spec, by: "ada", nowMs: count });
    const events = Array.from({ length: messages }, (_, at) => ({
      type: "message.added" as const,
      text: `${count}/${at} `.repeat(at === 0 ? 600 : 30),
      by: "ada",
    }));
    await store.append({ taskId: task.id, expectedSeq: "any", fence: null, events, nowMs: count });
    ids.push(task.id);
  }
  await store.close();
  return ids;
}

async function overwrite(pages: readonly number[], with_: (page: Buffer) => Buffer): Promise<void> {
  const file = await open(path, "r+");
  for (const number of pages) {
    const page = Buffer.alloc(pageBytes);
    await file.read(page, 0, pageBytes, (number - 1) * pageBytes);
    await file.write(with_(page), 0, pageBytes, (number - 1) * pageBytes);
  }
  await file.close();
}

/** The pages of a table itself: leaves in the middle, so that damage there hides rows before and behind nothing. */
function leavesOf(table: string): number[] {
  const database = new Database(path, { readonly: true });
  const rows = database
    .prepare<[string], { pageno: number }>(
      "SELECT pageno FROM dbstat WHERE name = ? AND pagetype = 'leaf' ORDER BY path",
    )
    .all(table);
  database.close();
  return rows.map(({ pageno }) => pageno);
}

describe("a copy", () => {
  it("taken while others write is one moment of the database, sound, and holds every event acknowledged before it", async () => {
    const [task] = await fill(3, 5);
    const child = spawn(process.execPath, ["--import", "tsx", program, path, task as string, "writer"], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let said = "";
    child.stdout?.on("data", (chunk: Buffer) => {
      said += chunk.toString();
    });
    const acknowledged = (): number => said.split("\n").length - 1;
    const copies: { file: string; before: number }[] = [];
    try {
      while (acknowledged() < 20) await once(child.stdout as NodeJS.ReadableStream, "data");
      for (let count = 0; count < 8; count++) {
        const file = join(folder, `copy-${count}.db`);
        const before = acknowledged();
        await copyTaskDatabase(path, file);
        copies.push({ file, before });
        const now = acknowledged();
        while (acknowledged() < now + 5) await once(child.stdout as NodeJS.ReadableStream, "data");
      }
    } finally {
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
    }
    for (const { file, before } of copies) {
      const examined = examineTaskDatabase(file);
      expect(examined).toMatchObject({ isSound: true, problems: [], tasks: { expected: 3, readable: 3, whole: 3 } });
      expect(examined.events.readable).toBeGreaterThanOrEqual(3 * 6 + before);
      expect((await stat(file)).mode & 0o777).toBe(0o600);
      await expect(stat(`${file}-wal`)).rejects.toThrow("ENOENT");
      const store = await openSqliteTaskStore({ path: file });
      expect((await store.countTasksByState()).queued).toBe(3);
      await store.close();
    }
  }, 60_000);

  it("is not made of what is no database, and nothing is left in its place", async () => {
    await writeFile(path, "no database at all".repeat(500));
    await expect(copyTaskDatabase(path, join(folder, "copy.db"))).rejects.toMatchObject({
      details: { reason: "damaged" },
    });
  });
});

describe("a damaged database", () => {
  it("is found sound before", async () => {
    await fill(40, 10);
    expect(examineTaskDatabase(path)).toEqual({
      isSound: true,
      problems: [],
      tasks: { expected: 40, readable: 40, whole: 40 },
      events: { expected: 440, readable: 440 },
      repositories: 1,
      brokenTasks: [],
    });
    expect(() => assertIntactPages(path)).not.toThrow();
  });

  it("with overwritten pages in the middle of its events says which tasks are whole, and is left as it is", async () => {
    await fill(40, 10);
    const leaves = leavesOf("event");
    expect(leaves.length).toBeGreaterThan(10);
    await overwrite([leaves[4] as number, leaves[5] as number], () => Buffer.alloc(pageBytes, 0xa5));
    const before = await readFile(path);
    const found = examineTaskDatabase(path);
    expect(found.isSound).toBe(false);
    expect(found.tasks).toMatchObject({ expected: 40, readable: 40 });
    expect(found.tasks.whole).toBeGreaterThan(20);
    expect(found.tasks.whole).toBeLessThan(40);
    expect(found.brokenTasks).toHaveLength(40 - found.tasks.whole);
    expect(found.events.readable).toBeLessThan(440);
    expect(found.problems.join("\n")).toMatch(/of its 11 events can be read/);
    expect(() => assertIntactPages(path)).toThrow(/is damaged and was left as it is/);
    expect(await readFile(path)).toEqual(before);
  });

  it("that lost its end is reported with what is left", async () => {
    await fill(40, 10);
    await truncate(path, Math.floor(((await stat(path)).size * 0.8) / pageBytes) * pageBytes);
    const found = examineTaskDatabase(path);
    expect(found.isSound).toBe(false);
    expect(found.events.readable).toBeGreaterThan(0);
    expect(found.tasks.whole).toBeLessThan(40);
    expect(() => assertIntactPages(path)).toThrow(/is damaged/);
  });

  it("without its header has nothing that can be read, and says so", async () => {
    await fill(2, 2);
    await overwrite([1], (page) => Buffer.concat([Buffer.alloc(100), page.subarray(100)]));
    expect(examineTaskDatabase(path)).toMatchObject({ isSound: false, tasks: { whole: 0 }, events: { readable: 0 } });
  });

  it("with one flipped bit in an event, a text or the audit log is found although SQLite reads it", async () => {
    const [task] = await fill(3, 3);
    const database = new Database(path);
    const change = (sql: string) => expect(database.prepare(sql).run().changes).toBe(1);
    change(`UPDATE event SET body = replace(body, 'message.added', 'run.resumed') WHERE task = 1 AND seq = 3`);
    change("UPDATE blob SET data = zeroblob(length(data)) WHERE id = 2");
    change("UPDATE task SET state = 'applied' WHERE ordinal = 2");
    database.exec("INSERT INTO audit VALUES (1, 5, NULL, '{}', 'made up')");
    database.close();
    const { problems, tasks, brokenTasks } = examineTaskDatabase(path);
    expect(tasks).toEqual({ expected: 3, readable: 3, whole: 1 });
    expect(brokenTasks[0]).toBe(task);
    const text = problems.join("\n");
    expect(text).toMatch(/its row says "queued", its events say "running"/);
    expect(text).toMatch(/its row says "applied", its events say "queued"/);
    expect(text).toMatch(/text 2 of an event is not what was written/);
    expect(text).toMatch(/audit log: entry 1 is not what was written/);
  });
});
