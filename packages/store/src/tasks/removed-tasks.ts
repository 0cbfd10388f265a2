// The lines that stay of removed tasks. Runs inside its callers' transactions. Bounded: the oldest go, and leave their highest id behind.
import { OutpostError, type RemovedTask, type TaskId, TaskState } from "@outpost/protocol";
import type { Connection } from "../database/connection.ts";

interface RemovedRow {
  state: string;
  ended_at_ms: number;
  removed_at_ms: number;
}

export interface RemovedTasks {
  find(taskId: TaskId): RemovedTask | undefined;
  insert(taskId: TaskId, repositoryId: string, removed: RemovedTask): void;
  /** What to tell who asks for a task that is not there. */
  notFound(taskId: TaskId): OutpostError;
}

export function createRemovedTasks(connection: Connection, maxRows: number): RemovedTasks {
  const byId = connection.prepare<RemovedRow>(
    "SELECT state, ended_at_ms, removed_at_ms FROM removed_task WHERE id = ?",
  );
  const insert = connection.prepare(
    "INSERT INTO removed_task (id, repository_id, state, ended_at_ms, removed_at_ms) VALUES (?, ?, ?, ?, ?)",
  );
  const count = connection.prepare<{ rows: number }>("SELECT count(*) AS rows FROM removed_task");
  const oldest = connection.prepare<{ id: string }>(
    "SELECT id FROM removed_task WHERE is_collected = 1 ORDER BY id LIMIT ?",
  );
  const forget = connection.prepare("DELETE FROM removed_task WHERE id = ?");
  const noteForgotten = connection.prepare("UPDATE retention SET forgotten_through = max(forgotten_through, ?)");
  const forgotten = connection.prepare<{ id: string }>("SELECT forgotten_through AS id FROM retention");

  function find(taskId: TaskId): RemovedTask | undefined {
    const row = byId.get(taskId);
    return row && { state: TaskState.parse(row.state), endedAtMs: row.ended_at_ms, removedAtMs: row.removed_at_ms };
  }

  return {
    find,
    insert(taskId, repositoryId, { state, endedAtMs, removedAtMs }) {
      insert.run(taskId, repositoryId, state, endedAtMs, removedAtMs);
      const surplus = (count.get()?.rows ?? 0) - maxRows;
      for (const { id } of surplus > 0 ? oldest.all(surplus) : []) {
        forget.run(id);
        noteForgotten.run(id);
      }
    },
    notFound(taskId) {
      const removed = find(taskId);
      if (removed) return describeRemoved(taskId, removed);
      const isOld = taskId <= (forgotten.get()?.id ?? "");
      const hint = isOld ? "; if there was one, it was removed long ago" : "";
      return new OutpostError("not_found", `there is no task "${taskId}"${hint}`, { details: { taskId } });
    },
  };
}

function describeRemoved(taskId: TaskId, { state, endedAtMs, removedAtMs }: RemovedTask): OutpostError {
  const [ended, removed] = [endedAtMs, removedAtMs].map((atMs) => new Date(atMs).toISOString().slice(0, 10));
  return new OutpostError(
    "not_found",
    `task "${taskId}" was removed on ${removed}, with its events: it ended as "${state}" on ${ended}, longer ago than ended tasks are kept (keptTaskDays, keptTasks)`,
    { details: { reason: "removed", taskId, state, endedAtMs, removedAtMs } },
  );
}
