// A new database that cannot take any more is no reason to say of events that they have no place in it.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TaskEvent, TaskSpec } from "@outpost/protocol";
import { createTestIds } from "@outpost/testkit";
import Database from "better-sqlite3";
import { expect, it } from "vitest";
import type { Connection } from "../database/connection.ts";
import { openDatabase } from "../database/open-database.ts";
import { taskMigrations } from "../tasks/schema.ts";
import { createDamagedRows } from "./damaged-rows.ts";
import { copyRows } from "./salvage-tables.ts";
import { createSalvagedTasks } from "./salvaged-tasks.ts";

const newId = createTestIds();
const repositoryId = newId("rep");
const full = expect.objectContaining({ code: "unavailable", details: expect.objectContaining({ reason: "full" }) });

async function withFull(work: (target: Connection) => void): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "outpost-salvaged-"));
  const path = join(folder, "new.db");
  const target = await openDatabase({ path, synchronous: "normal", migrations: taskMigrations });
  try {
    target.prepare("INSERT INTO repository (id, source, record) VALUES (?, '{}', '{}')").run(repositoryId);
    target.prepare("INSERT INTO sqlite_sequence (name, seq) VALUES ('event', 0), ('task', 0)").run();
    target.prepare(`PRAGMA max_page_count = ${target.pages().pages}`).get();
    work(target);
  } finally {
    target.close();
    await rm(folder, { recursive: true });
  }
}

it("is told of events", () =>
  withFull((target) => {
    const spec = TaskSpec.parse({ repositoryId, instruction: "x" });
    const salvaged = createSalvagedTasks(target, () => newId("tsk"));
    const created: TaskEvent = { type: "task.created", spec, by: "ada" };
    expect(salvaged.take({ position: 1, task: 1, seq: 1, atMs: 1, event: created }, undefined)).toBeNull();
    const second = { position: 3, task: 1, seq: 3, atMs: 1, event: { type: "message.added", text: "x", by: "ada" } };
    expect(salvaged.take(second as never, undefined)).toMatch(/event 2 before it/);
    const large = Array.from({ length: 30_000 }, (_, at) => (at * 7919).toString(36)).join("");
    const other: TaskEvent = { ...created, spec: { ...spec, instruction: large } };
    const take = () => salvaged.take({ position: 4, task: 2, seq: 1, atMs: 1, event: other }, undefined);
    expect(take).toThrow(full);
  }));

it("is told of rows of plain tables, of which one that is refused is only counted", () =>
  withFull((target) => {
    const source = new Database(":memory:");
    source.exec("CREATE TABLE fact (ordinal INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT, record TEXT, state TEXT)");
    source.prepare("INSERT INTO fact (id, record) VALUES (?, ?)").run("fct_1", null);
    const complaints: string[] = [];
    const copy = () =>
      copyRows(createDamagedRows(source), target, "fact", "ordinal", (text) => void complaints.push(text));
    copy();
    expect(complaints).toEqual(["table fact: up to 1 rows cannot be read or belong to what is lost"]);
    source.exec(
      "DROP TABLE fact; CREATE TABLE repository (ordinal INTEGER PRIMARY KEY AUTOINCREMENT, id, source, record)",
    );
    source.prepare("INSERT INTO repository (id, source, record) VALUES ('rep_2', ?, '{}')").run("x".repeat(100_000));
    const copyLarge = () => copyRows(createDamagedRows(source), target, "repository", "ordinal", () => {});
    expect(copyLarge).toThrow(full);
    source.close();
  }));

it("looks for rows from the first that is there: numbers of tasks that are gone cost nothing", () => {
  const source = new Database(":memory:");
  source.exec("CREATE TABLE event (position INTEGER PRIMARY KEY AUTOINCREMENT, body TEXT)");
  const insert = source.prepare("INSERT INTO event (position, body) VALUES (?, 'x')");
  for (const position of [90_000_001, 90_000_003]) insert.run(position);
  const { rows, lost } = createDamagedRows(source).byNumber("event", "position");
  expect([...rows].map((row) => row["position"])).toEqual([90_000_001, 90_000_003]);
  expect(lost()).toBe(0);
  source.exec("UPDATE sqlite_sequence SET seq = 9e18");
  expect(createDamagedRows(source).lastNumber("event", "position")).toBe(90_000_003);
  source.close();
});
