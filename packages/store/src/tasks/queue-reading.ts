// What is in the queue, and who works on it. Writes nothing.
import type { QueueStore } from "@outpost/core";
import type { TaskId, TaskState } from "@outpost/protocol";
import type { Connection } from "../database/connection.ts";
import { type TaskRow, toTask } from "./task-table.ts";

type QueueReading = Pick<QueueStore, "listQueue" | "countTasks" | "listWorkers">;

/** In the order in which they are shown. */
const openStates = ["running", "queued", "waiting", "scheduled", "blocked", "paused"] as const satisfies TaskState[];

export function createQueueReading(connection: Connection): QueueReading {
  const states = openStates.map((state) => `'${state}'`).join(", ");
  const rank = `CASE state ${openStates.map((state, index) => `WHEN '${state}' THEN ${index}`).join(" ")} END`;
  const list = connection.prepare<TaskRow>(
    `SELECT * FROM task WHERE state IN (${states}) AND (@repositoryId IS NULL OR repository_id = @repositoryId)
     ORDER BY ${rank}, CASE WHEN state = 'scheduled' THEN not_before_ms END,
       coalesce(not_before_ms, 0) > 0, priority DESC, ordinal LIMIT @limit`,
  );
  const count = connection.prepare<{ tasks: number }>(
    "SELECT count(*) AS tasks FROM task WHERE state IN (SELECT value FROM json_each(@states)) AND (@repositoryId IS NULL OR repository_id = @repositoryId)",
  );
  const workers = connection.prepare<{ id: TaskId; lease_worker: string; lease_expires_at_ms: number }>(
    `SELECT id, lease_worker, lease_expires_at_ms FROM task
     WHERE lease_expires_at_ms > ? AND lease_worker IS NOT NULL ORDER BY lease_worker`,
  );
  const countOf = (given: readonly string[], repositoryId: string | null): number =>
    count.get({ states: JSON.stringify(given), repositoryId })?.tasks ?? 0;
  return {
    async listQueue({ repositoryId = null, limit }) {
      return connection.read(() => ({
        items: list.all({ repositoryId, limit }).map(toTask),
        total: countOf(openStates, repositoryId),
      }));
    },
    countTasks: async (given) => connection.read(() => countOf(given, null)),
    async listWorkers(nowMs) {
      const rows = connection.read(() => workers.all(nowMs));
      return rows.map((row) => ({
        workerId: row.lease_worker,
        taskId: row.id,
        leaseExpiresAtMs: row.lease_expires_at_ms,
      }));
    },
  };
}
