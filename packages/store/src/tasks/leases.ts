// Leases: who may append to a task for a run. Knows no clock; every time comes from the caller.
// Invariants: a task has at most one lease that has not run out; each lease's fence is greater than every earlier one's.
import type { Lease, TaskStore } from "@outpost/core";
import { OutpostError, type TaskId } from "@outpost/protocol";
import type { Connection } from "../database/connection.ts";
import type { TaskTable } from "./task-table.ts";

interface LeasedRow {
  id: string;
  fence: number;
}

export function createLeases(connection: Connection, tasks: TaskTable): Pick<TaskStore, "lease" | "renew" | "release"> {
  // A queued task may still have a live lease: its worker put it back and has not let go yet.
  const next = connection.prepare<{ ordinal: number }>(
    `SELECT ordinal FROM task
     WHERE state IN ('queued', 'running')
       AND (lease_expires_at_ms IS NULL OR lease_expires_at_ms <= ?)
       AND repository_id NOT IN (SELECT value FROM json_each(?))
     ORDER BY priority DESC, ordinal LIMIT 1`,
  );
  const take = connection.prepare<LeasedRow>(
    `UPDATE task SET fence = fence + 1, lease_worker = ?, lease_expires_at_ms = ? WHERE ordinal = ? RETURNING id, fence`,
  );
  const prolong = connection.prepare(
    `UPDATE task SET lease_expires_at_ms = ?
     WHERE id = ? AND fence = ? AND lease_worker = ?`,
  );
  const release = connection.prepare(
    `UPDATE task SET lease_worker = NULL, lease_expires_at_ms = NULL WHERE id = ? AND fence = ? AND lease_worker = ?`,
  );
  return {
    async lease({ workerId, leaseMs, nowMs, excludeRepositories }) {
      const excluded = JSON.stringify(excludeRepositories ?? []);
      // Looking first keeps idle workers from taking the write lock.
      if (connection.read(() => next.get(nowMs, excluded)) === undefined) return null;
      return connection.write((): Lease | null => {
        const found = next.get(nowMs, excluded);
        if (found === undefined) return null;
        const expiresAtMs = nowMs + leaseMs;
        const row = take.get(workerId, expiresAtMs, found.ordinal);
        return row ? { taskId: row.id as TaskId, workerId, fence: row.fence, expiresAtMs } : null;
      });
    },
    async renew(lease, leaseMs, nowMs) {
      const expiresAtMs = nowMs + leaseMs;
      return connection.write(() => {
        // One that ran out but that nobody took is still the newest: its worker was only slow.
        if (prolong.run(expiresAtMs, lease.taskId, lease.fence, lease.workerId).changes === 1) {
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
  };
}
