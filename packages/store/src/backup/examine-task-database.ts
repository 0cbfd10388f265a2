// Looks at a tasks.db from outside: whether SQLite finds it sound, whether every task's row is what its events say, whether texts and the
// audit log's chain hold; and where it is damaged, what of it can still be read. Changes nothing.
import { createHash } from "node:crypto";
import { inflateSync } from "node:zlib";
import { isOutpostError } from "@outpost/protocol";
import Database from "better-sqlite3";
import { databaseFailure, translateDatabaseError } from "../database/translate-error.ts";
import { type ChainedRow, chainStart, findBreak } from "../tasks/audit-chain.ts";
import { taskMigrations } from "../tasks/schema.ts";
import { createRowReader, type EachRow } from "./row-reader.ts";
import { createTaskFolds, type StoredEvent, type StoredTask } from "./task-folds.ts";

export interface TaskDatabaseExamination {
  isSound: boolean;
  /** In words, the first ones; empty when it is sound. */
  problems: string[];
  /** `expected`: as far as the database still says. `whole`: all events are there, can be read, and lead to what the task's row says. */
  tasks: { expected: number; readable: number; whole: number };
  events: { expected: number; readable: number };
  repositories: number;
  /** Ids, the first ones, of tasks that are not whole. */
  brokenTasks: string[];
}

const maxProblems = 20;
const maxBrokenTasks = 50;
/** Tables of the audit log are there from this schema on. */
const auditSchema = 3;

type Complain = (text: string) => void;

/** Reads the whole file. Never throws for damage: a file that is no database at all is one problem and zeros. */
export function examineTaskDatabase(path: string): TaskDatabaseExamination {
  const found: TaskDatabaseExamination = {
    isSound: false,
    problems: [],
    tasks: { expected: 0, readable: 0, whole: 0 },
    events: { expected: 0, readable: 0 },
    repositories: 0,
    brokenTasks: [],
  };
  const complain: Complain = (text) => {
    if (found.problems.length < maxProblems) found.problems.push(text);
  };
  let database: Database.Database | undefined;
  try {
    database = new Database(path, { readonly: true, fileMustExist: true, timeout: 5_000 });
    const isIntact = checkPages(database, complain);
    if (!isIntact) readWhatIsThere(database);
    examineTasks(createRowReader(database, isIntact), found, complain);
    if (isIntact) examineRest(database, complain);
  } catch (error) {
    const known = translateDatabaseError(error, path);
    if (!isOutpostError(known)) throw error;
    complain(known.message);
  } finally {
    database?.close();
  }
  found.isSound = found.problems.length === 0;
  return found;
}

/** Throws the `unavailable` of a damaged database when SQLite finds fault with its pages. Reads the whole file, and none of its rows. */
export function assertIntactPages(path: string): void {
  let database: Database.Database | undefined;
  try {
    database = new Database(path, { readonly: true, fileMustExist: true, timeout: 5_000 });
    const [first] = database.pragma("quick_check(1)") as { quick_check: string }[];
    if (first?.quick_check !== "ok") throw databaseFailure("damaged", path, first?.quick_check);
  } catch (error) {
    throw translateDatabaseError(error, path);
  } finally {
    database?.close();
  }
}

/** Whether SQLite finds nothing wrong with its pages and indexes. */
function checkPages(database: Database.Database, complain: Complain): boolean {
  let isIntact = true;
  try {
    const rows = database.pragma(`integrity_check(${maxProblems})`) as { integrity_check: string }[];
    for (const { integrity_check: text } of rows.filter((row) => row.integrity_check !== "ok")) {
      isIntact = false;
      complain(text.replaceAll("\n", "; ").slice(0, 300));
    }
  } catch (error) {
    isIntact = false;
    complain((error as Error).message);
  }
  return isIntact;
}

/** SQLite reads nothing of a file that is shorter than its header says, unless it is told that the schema may be odd. */
function readWhatIsThere(database: Database.Database): void {
  database.unsafeMode(true);
  database.pragma("writable_schema = ON");
}

function examineTasks(eachRow: EachRow, found: TaskDatabaseExamination, complain: Complain): void {
  const folds = createTaskFolds();
  const events = eachRow<StoredEvent>(
    { name: "event", key: "position", columns: "task, seq, at_ms, body" },
    folds.take,
  );
  const columns = "ordinal, id, state, seq, attempt, revision";
  const tasks = eachRow<StoredTask>({ name: "task", key: "ordinal", columns }, (row) => {
    const problem = folds.findProblem(row);
    if (problem === null) found.tasks.whole += 1;
    else {
      complain(`task "${row.id}": ${problem}`);
      if (found.brokenTasks.length < maxBrokenTasks) found.brokenTasks.push(row.id);
    }
  });
  const repositories = eachRow({ name: "repository", key: "ordinal", columns: "record" }, () => {});
  for (const problem of [tasks, events, repositories].flatMap(({ problems }) => problems)) complain(problem);
  found.tasks = { ...found.tasks, expected: tasks.expected, readable: tasks.readable };
  found.events = { expected: events.expected, readable: events.readable };
  found.repositories = repositories.readable;
}

/** What only a database without damaged pages is worth being asked. */
function examineRest(database: Database.Database, complain: Complain): void {
  const version = Number(database.pragma("user_version", { simple: true }));
  if (version > taskMigrations.length)
    complain(`it has schema ${version}, this version knows up to ${taskMigrations.length}`);
  const references = database.pragma("foreign_key_check") as { table: string }[];
  if (references.length > 0) complain(`${references.length} rows point to others that are not there`);
  if (version < auditSchema) return;
  const anchor = database.prepare<[], { seq: number; hash: string }>("SELECT seq, hash FROM audit_anchor").get();
  const rows = database.prepare<[], ChainedRow>("SELECT seq, at_ms, record, hash FROM audit ORDER BY seq").iterate();
  const broken = findBreak(rows, anchor ?? { seq: 0, hash: chainStart });
  if (broken !== null) complain(`audit log: ${broken}`);
  const texts = database.prepare<[], { id: number; hash: string; data: Uint8Array }>("SELECT id, hash, data FROM blob");
  for (const { id, hash, data } of texts.iterate())
    if (!holdsText(data, hash)) complain(`text ${id} of an event is not what was written`);
}

function holdsText(data: Uint8Array, hash: string): boolean {
  try {
    return createHash("sha256").update(inflateSync(data)).digest("hex") === hash;
  } catch {
    return false;
  }
}
