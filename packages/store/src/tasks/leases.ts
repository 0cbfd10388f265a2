// Leases: who may append to a task for a run, and whose turn it is. Knows no clock; every time comes from the caller.
// Invariants: a task has at most one lease that has not run out; each lease's fence is greater than every earlier one's.
import type { Lease, TaskStore } from "@outpost/core";
import { OutpostError, type TaskId } from "@outpost/protocol";
import type { Connection } from "../database/connection.ts";
import type { TaskTable } from "./task-table.ts";

type Leases = Pick<TaskStore, "lease" | "renew" | "release" | "freeLeases">;

interface LeasedRow {
  id: string;
  fence: number;
}

/** With one parameter `@nowMs`. A lease from further ahead than it is long was given by a clock that has been set back since. */
const isFree = `(lease_expires_at_ms IS NULL OR lease_expires_at_ms <= @nowMs
  OR lease_started_at_ms - @nowMs > lease_expires_at_ms - lease_started_at_ms)`;

/** As a range of the index of leases, so that those that were never given back cost nothing. */
const isLeased = `(lease_expires_at_ms > @nowMs
  AND lease_started_at_ms - @nowMs <= lease_expires_at_ms - lease_started_at_ms)`;

/** Each repository's next task, then the one whose turn it is: what was begun first. A queued task may still have a live lease: its worker put it back and has not let go yet. */
export const nextTask = `
WITH candidate AS (
  SELECT coalesce(
      (SELECT ordinal FROM task WHERE repository_id = repository.id AND state = 'running' AND ${isFree}
       ORDER BY ordinal LIMIT 1),
      (SELECT ordinal FROM task WHERE repository_id = repository.id AND state = 'queued' AND ${isFree}
         AND (not_before_ms IS NULL OR not_before_ms <= @nowMs)
       ORDER BY priority DESC, ordinal LIMIT 1)) AS ordinal,
    (SELECT count(*) FROM task WHERE repository_id = repository.id AND ${isLeased}) AS leases,
    leased_turn
  FROM repository
  WHERE id NOT IN (SELECT value FROM json_each(@excluded))
    AND NOT EXISTS (SELECT 1 FROM queue_pause WHERE repository_id IS NULL OR repository_id = repository.id)
)
SELECT task.ordinal, task.repository_id FROM candidate JOIN task ON task.ordinal = candidate.ordinal
WHERE leases < @maxPerRepository
ORDER BY state = 'running' DESC, priority DESC, leases, leased_turn, task.ordinal LIMIT 1`;

/** With one parameter `@workers`, a JSON array; null: of all. */
export const freeLeases = `
UPDATE task SET lease_worker = NULL, lease_started_at_ms = NULL, lease_expires_at_ms = NULL
WHERE lease_expires_at_ms IS NOT NULL AND (@workers IS NULL OR lease_worker IN (SELECT value FROM json_each(@workers)))
RETURNING id`;

export function createLeases(connection: Connection, tasks: TaskTable): Leases {
  const next = connection.prepare<{ ordinal: number; repository_id: string }>(nextTask);
  const take = connection.prepare<LeasedRow>(
    `UPDATE task SET fence = fence + 1, lease_worker = ?, lease_started_at_ms = ?, lease_expires_at_ms = ?
     WHERE ordinal = ? RETURNING id, fence`,
  );
  const noteTurn = connection.prepare(
    "UPDATE repository SET leased_turn = (SELECT max(leased_turn) + 1 FROM repository) WHERE id = ?",
  );
  const prolong = connection.prepare(
    `UPDATE task SET lease_started_at_ms = ?, lease_expires_at_ms = ?
     WHERE id = ? AND fence = ? AND lease_worker = ?`,
  );
  const release = connection.prepare(
    `UPDATE task SET lease_worker = NULL, lease_started_at_ms = NULL, lease_expires_at_ms = NULL
     WHERE id = ? AND fence = ? AND lease_worker = ?`,
  );
  const free = connection.prepare<{ id: TaskId }>(freeLeases);
  return {
    async lease({ workerId, leaseMs, nowMs, excludeRepositories = [], maxPerRepository = Number.MAX_SAFE_INTEGER }) {
      const wanted = { nowMs, excluded: JSON.stringify(excludeRepositories), maxPerRepository };
      // Looking first keeps idle workers from taking the write lock.
      if (connection.read(() => next.get(wanted)) === undefined) return null;
      return connection.write((): Lease | null => {
        const found = next.get(wanted);
        if (found === undefined) return null;
        const expiresAtMs = nowMs + leaseMs;
        const row = take.get(workerId, nowMs, expiresAtMs, found.ordinal);
        noteTurn.run(found.repository_id);
        return row ? { taskId: row.id as TaskId, workerId, fence: row.fence, expiresAtMs } : null;
      });
    },
    async renew(lease, leaseMs, nowMs) {
      const expiresAtMs = nowMs + leaseMs;
      return connection.write(() => {
        // One that ran out but that nobody took is still the newest: its worker was only slow.
        if (prolong.run(nowMs, expiresAtMs, lease.taskId, lease.fence, lease.workerId).changes === 1) {
          return { ...lease, expiresAtMs };
        }
        throw new OutpostError(
          "conflict",
          `the lease ${lease.fence} of task "${lease.taskId}" is lost; stop this run`,
          {
            details: { reason: "fence", fence: lease.fence, newestFence: tasks.find(lease.taskId)?.fence ?? null },
          },
        );
      });
    },
    async release(lease) {
      connection.write(() => release.run(lease.taskId, lease.fence, lease.workerId));
    },
    async freeLeases(workerIds) {
      const workers = workerIds === "all" ? null : JSON.stringify(workerIds);
      return connection.write(() => free.all({ workers }).map(({ id }) => id));
    },
  };
}
