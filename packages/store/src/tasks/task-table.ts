// Reads and writes the rows of tasks. Does not know events or leases' rules; runs inside its callers' transactions.
import { type OutpostError, RunOutcome, type Task, type TaskId, TaskSpec, TaskState } from "@outpost/protocol";
import type { Connection } from "../database/connection.ts";

export interface TaskRow {
  ordinal: number;
  id: string;
  spec: string;
  priority: number;
  state: string;
  seq: number;
  attempt: number;
  revision: number | null;
  base_commit: string | null;
  outcome: string | null;
  created_at_ms: number;
  updated_at_ms: number;
  fence: number;
  lease_worker: string | null;
  lease_started_at_ms: number | null;
  lease_expires_at_ms: number | null;
  not_before_ms: number | null;
  retries: number;
  reason: string | null;
}

export interface TaskTable {
  insert(task: Task): number;
  /** The projection only; spec and lease stay. */
  update(ordinal: number, task: Task): void;
  find(taskId: TaskId): TaskRow | undefined;
  /** Throws `not_found`. */
  get(taskId: TaskId): TaskRow;
  getByOrdinal(ordinal: number): TaskRow | undefined;
}

/** `notFound`: what to throw for a task that is not there. */
export function createTaskTable(connection: Connection, notFound: (taskId: TaskId) => OutpostError): TaskTable {
  const insert = connection.prepare(
    `INSERT INTO task (id, repository_id, spec, priority, state, seq, attempt, created_at_ms, updated_at_ms)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const update = connection.prepare(
    `UPDATE task SET state = ?, seq = ?, attempt = ?, revision = ?, base_commit = ?, outcome = ?, updated_at_ms = ?,
     priority = ?, not_before_ms = ?, retries = ?, reason = ? WHERE ordinal = ?`,
  );
  const byId = connection.prepare<TaskRow>("SELECT * FROM task WHERE id = ?");
  const byOrdinal = connection.prepare<TaskRow>("SELECT * FROM task WHERE ordinal = ?");
  return {
    insert({ id, spec, state, seq, attempt, createdAtMs, updatedAtMs }) {
      const values = [id, spec.repositoryId, JSON.stringify(spec), spec.priority, state, seq, attempt];
      return Number(insert.run(...values, createdAtMs, updatedAtMs).lastInsertRowid);
    },
    update(ordinal, { state, seq, attempt, revision, baseCommit, outcome, updatedAtMs, ...task }) {
      const outcomeText = outcome === null ? null : JSON.stringify(outcome);
      const queueing = [task.priority, task.notBeforeMs, task.retries, task.reason];
      update.run(state, seq, attempt, revision, baseCommit, outcomeText, updatedAtMs, ...queueing, ordinal);
    },
    find: (taskId) => byId.get(taskId),
    get(taskId) {
      const row = byId.get(taskId);
      if (row === undefined) throw notFound(taskId);
      return row;
    },
    getByOrdinal: (ordinal) => byOrdinal.get(ordinal),
  };
}

export function toTask(row: TaskRow): Task {
  return {
    id: row.id as TaskId,
    spec: TaskSpec.parse(JSON.parse(row.spec)),
    state: TaskState.parse(row.state),
    seq: row.seq,
    attempt: row.attempt,
    revision: row.revision,
    baseCommit: row.base_commit as Task["baseCommit"],
    outcome: row.outcome === null ? null : RunOutcome.parse(JSON.parse(row.outcome)),
    createdAtMs: row.created_at_ms,
    updatedAtMs: row.updated_at_ms,
    priority: row.priority,
    notBeforeMs: row.not_before_ms,
    retries: row.retries,
    reason: row.reason,
  };
}
