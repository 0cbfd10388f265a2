// Makes a new tasks.db of what can be read of a damaged one, and says what is lost. The damaged one is only read. What has no place in the new
// one (events behind a gap, audit entries behind a break) is handed out, so that nothing that can be read is thrown away.

import { chmod, open } from "node:fs/promises";
import { emptyEnvironment, Repository, type SalvageReport, type TaskEvent, TaskSpec } from "@outpost/protocol";
import Database from "better-sqlite3";
import { type Connection, createConnection } from "../database/connection.ts";
import { assertKnownSchema, schemaVersion } from "../database/migrate.ts";
import { openDatabase } from "../database/open-database.ts";
import { removeDatabase } from "../database/remove-database.ts";
import { databaseFailure, translateDatabaseError } from "../database/translate-error.ts";
import { createEventBodies, type EventBodies } from "../tasks/event-bodies.ts";
import { taskMigrations } from "../tasks/schema.ts";
import { settle } from "./copy-task-database.ts";
import { type AnyRow, createDamagedRows, type DamagedRows } from "./damaged-rows.ts";
import { graftSchema, removeGraft } from "./graft-schema.ts";
import type { SalvageOptions } from "./salvage-options.ts";
import { copyKeys, copyRows, copyTotals, salvageAudit } from "./salvage-tables.ts";
import { createSalvagedTasks, type SalvagedTasks } from "./salvaged-tasks.ts";

const maxNamed = 50;
/** In this order, because of what they point to. With numbers: by them; otherwise from both ends. */
const plainTables: readonly [table: string, key?: string][] = [
  ["token", "ordinal"],
  ["remembered_decision", "ordinal"],
  ["schedule", "ordinal"],
  ["fact", "ordinal"],
  ["queue_pause"],
  ["model_usage"],
  ["model_test"],
  ["policy_file"],
];

/** Rejects with `unavailable` when nothing can be read at all, or a newer version wrote it. */
export async function salvageTaskDatabase(options: SalvageOptions): Promise<SalvageReport> {
  const { from, to } = options;
  if (hasTables(from)) return salvageFrom(from, options);
  const graft = `${to}.graft`;
  try {
    await graftSchema(from, graft);
    const report = await salvageFrom(graft, options);
    report.problems.unshift("its list of tables cannot be read; the one of a new database was assumed");
    return report;
  } catch (error) {
    throw translateDatabaseError(error, from);
  } finally {
    await removeGraft(graft);
  }
}

/** Throws when a newer version wrote it. */
function hasTables(path: string): boolean {
  let source: Database.Database | undefined;
  try {
    source = openSource(path);
    assertKnownSchema(path, schemaVersion(source), { migrations: taskMigrations });
    // The list may be there in part: what counts is whether SQLite finds them.
    for (const table of ["task", "event", "event_blob", "blob"]) source.prepare(`SELECT * FROM ${table}`);
    return true;
  } catch (error) {
    if (error instanceof Database.SqliteError) return false;
    throw error;
  } finally {
    source?.close();
  }
}

function openSource(path: string): Database.Database {
  const source = new Database(path, { readonly: true, fileMustExist: true, timeout: 5_000 });
  // A file that is shorter than its header says is read all the same.
  source.unsafeMode(true);
  source.pragma("writable_schema = ON");
  return source;
}

async function salvageFrom(path: string, options: SalvageOptions): Promise<SalvageReport> {
  const { from, to } = options;
  let source: Database.Database | undefined;
  let target: Connection | undefined;
  try {
    source = openSource(path);
    target = await openDatabase({ path: to, synchronous: "normal", migrations: taskMigrations, canShrink: true });
    const opened = target;
    const reading = createConnection(source, path);
    const rows = createDamagedRows(source);
    const report = opened.write(() => salvage(options, reading, rows, opened));
    target.close();
    await settleDurably(to);
    return report;
  } catch (error) {
    target?.close();
    await removeDatabase(to);
    throw translateDatabaseError(error, from);
  } finally {
    source?.close();
  }
}

async function settleDurably(path: string): Promise<void> {
  settle(path);
  await chmod(path, 0o600);
  const file = await open(path, "r+");
  await file.sync();
  await file.close();
}

function salvage(options: SalvageOptions, reading: Connection, rows: DamagedRows, target: Connection): SalvageReport {
  const report: SalvageReport = {
    tasks: { whole: 0, cut: 0, begunAgain: 0, lost: 0 },
    events: { placed: 0, unplaced: 0, lost: 0 },
    repositories: { kept: 0, lost: 0 },
    audit: { kept: 0, unplaced: 0 },
    brokenTasks: [],
    problems: [],
  };
  const complain = (text: string): void => {
    if (report.problems.length < maxNamed) report.problems.push(text);
  };
  const sequences = target.prepare("INSERT INTO sqlite_sequence (name, seq) VALUES (?, 0)");
  for (const name of ["event", "task"]) sequences.run(name);
  const taskRows = new Map<number, AnyRow>();
  for (const row of rows.byNumber("task", "ordinal").rows) taskRows.set(Number(row["ordinal"]), row);
  salvageRepositories(rows, target, taskRows, report, complain, options.nowMs);
  const salvaged = createSalvagedTasks(target, () => options.newId("tsk"));
  salvageEvents(options, reading, rows, { target, salvaged, taskRows, report, complain });
  copyRows(rows, target, "removed_task", undefined, complain);
  finishTasks(options, rows, { target, salvaged, taskRows, report, complain });
  for (const [table, key] of plainTables) copyRows(rows, target, table, key, complain);
  copyKeys(rows, target, salvaged);
  salvageAudit(options, rows, target, report, complain);
  copyTotals(rows, target);
  if (report.events.placed + report.tasks.begunAgain === 0) throw databaseFailure("damaged", options.from);
  return report;
}

interface Salvaging {
  target: Connection;
  salvaged: SalvagedTasks;
  taskRows: ReadonlyMap<number, AnyRow>;
  report: SalvageReport;
  complain(text: string): void;
}

/** One whose record cannot be read is there by its id: its tasks and its mirror belong to it. */
function salvageRepositories(
  rows: DamagedRows,
  target: Connection,
  taskRows: ReadonlyMap<number, AnyRow>,
  report: SalvageReport,
  complain: (text: string) => void,
  nowMs: number,
): void {
  copyRows(rows, target, "repository", "ordinal", complain);
  const known = new Set(
    target
      .prepare<{ id: string }>("SELECT id FROM repository")
      .all()
      .map(({ id }) => id),
  );
  report.repositories.kept = known.size;
  for (const row of taskRows.values()) {
    const id = String(row["repository_id"]);
    if (known.has(id)) continue;
    known.add(id);
    addLostRepository(target, id, nowMs);
    report.repositories.lost += 1;
    complain(
      `repository "${id}": its record cannot be read; its tasks are kept under its id, register its source again`,
    );
  }
}

function addLostRepository(target: Connection, id: string, nowMs: number): void {
  const source = { type: "path" as const, path: `/lost/${id}` };
  const record = Repository.parse({
    ...{ id, name: `lost ${id}`, source, isGit: true, headCommit: null, headBranch: null },
    ...{ environment: emptyEnvironment, createdAtMs: nowMs, importedAtMs: null },
  });
  const insert = target.prepare("INSERT OR IGNORE INTO repository (id, source, record) VALUES (?, ?, ?)");
  insert.run(id, JSON.stringify(source), JSON.stringify(record));
}

function salvageEvents(
  { unplaced, nowMs }: SalvageOptions,
  reading: Connection,
  rows: DamagedRows,
  { target, salvaged, taskRows, report, complain }: Salvaging,
): void {
  const bodies = createEventBodies(reading, Number.MAX_SAFE_INTEGER);
  const isKnown = target.prepare("SELECT 1 FROM repository WHERE id = ?");
  const { rows: events, lost } = rows.byNumber("event", "position");
  for (const row of events) {
    const [position, task, seq, atMs] = ["position", "task", "seq", "at_ms"].map((name) => Number(row[name]));
    const place = { position: position ?? 0, task: task ?? 0, seq: seq ?? 0, atMs: atMs ?? 0 };
    const taskRow = taskRows.get(place.task);
    const event = parseEvent(bodies, row, (why) =>
      complain(`event at position ${place.position} is not what was written: ${why}`),
    );
    if (event === undefined) {
      report.events.lost += 1;
      continue;
    }
    const repositoryId = event.type === "task.created" ? event.spec.repositoryId : null;
    if (repositoryId !== null && isKnown.get(repositoryId) === undefined)
      addLostRepository(target, repositoryId, nowMs);
    const why = salvaged.take({ ...place, event }, taskRow);
    if (why === null) report.events.placed += 1;
    else {
      report.events.unplaced += 1;
      unplaced({ taskId: taskRow?.["id"] ?? null, ...place, why, event });
    }
  }
  report.events.lost += lost();
}

/** Undefined: it is not what was written. */
function parseEvent(bodies: EventBodies, row: AnyRow, complain: (why: string) => void): TaskEvent | undefined {
  try {
    const event = bodies.parse(row as never);
    if (event.type === "task.created") TaskSpec.parse(event.spec);
    return event;
  } catch (error) {
    complain((error as Error).message.slice(0, 200));
    return undefined;
  }
}

function finishTasks(
  { nowMs }: SalvageOptions,
  rows: DamagedRows,
  { target, salvaged, taskRows, report, complain }: Salvaging,
): void {
  // What is written from here on has positions of its own, behind all that were ever given.
  const next = target.prepare("UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = ?");
  next.run(rows.lastNumber("event", "position"), "event");
  const nameBroken = (id: string): void => {
    if (report.brokenTasks.length < maxNamed) report.brokenTasks.push(id);
  };
  const begun = new Set<number>();
  for (const [ordinal, row] of taskRows) {
    if (salvaged.ids.has(ordinal)) continue;
    const id = salvaged.beginAgain(row, nowMs);
    if (id !== null) begun.add(ordinal);
    else {
      report.tasks.lost += 1;
      complain(`task "${String(row["id"])}": neither its events nor what it asked for can be read`);
    }
  }
  for (const [ordinal, id] of salvaged.ids) {
    const end = salvaged.finish(ordinal, taskRows.get(ordinal), nowMs);
    if (begun.has(ordinal)) report.tasks.begunAgain += 1;
    else report.tasks[end] += 1;
    if (end === "whole") continue;
    nameBroken(id);
    if (!taskRows.has(ordinal)) complain(`a task's row cannot be read; its log is kept under the new id "${id}"`);
  }
  next.run(rows.lastNumber("task", "ordinal"), "task");
  linkDependencies(target, salvaged, nowMs);
}

/** By what the tasks asked for themselves: the table that says so may be damaged as well. What comes after a lost one waits for a person. */
function linkDependencies(target: Connection, salvaged: SalvagedTasks, nowMs: number): void {
  const ordinalOf = new Map([...salvaged.ids].map(([ordinal, id]) => [id, ordinal]));
  const wasRemoved = target.prepare("SELECT 1 FROM removed_task WHERE id = ?");
  const specs = target.prepare<{ ordinal: number; spec: string }>("SELECT ordinal, spec FROM task");
  const link = target.prepare("INSERT OR IGNORE INTO task_dependency (task, after) VALUES (?, ?)");
  for (const { ordinal, spec } of specs.all())
    for (const id of TaskSpec.parse(JSON.parse(spec)).after ?? []) {
      const after = ordinalOf.get(id);
      if (after !== undefined) link.run(ordinal, after);
      else if (wasRemoved.get(id) === undefined)
        salvaged.hold(ordinal, `"${id}", which it comes after, is lost`, nowMs);
    }
}
