// Removes ended tasks whole: row, events, texts that no other event holds, approvals; a line of each stays. Does not know how long anything is
// to be kept. Invariant: what a person, another task or a repeated request may still ask for is never removed.
import type { RemovableTask, RetentionStore } from "@outpost/core";
import { type KeptEvents, type RepositoryId, type TaskId, TaskState } from "@outpost/protocol";
import type { Connection } from "../database/connection.ts";
import type { AuditTable } from "./audit.ts";
import { keyLifetimeMs } from "./create-task.ts";
import type { RemovedTasks } from "./removed-tasks.ts";
import { createRemovedTotals } from "./removed-totals.ts";

interface RemovableRow {
  ordinal: number;
  id: string;
  repository_id: string;
  state: string;
  seq: number;
  updated_at_ms: number;
}

/** As the audit log knows; what its bound has dropped counts as undecided, so that it stays. */
const isDecided = `EXISTS (SELECT 1 FROM audit WHERE audit.task_id = task.id
  AND json_extract(record, '$.type') IN ('change.accepted', 'change.rejected', 'change.reverted')
  AND json_extract(record, '$.revision') = task.revision)`;
/** Not `proposed`, and not `stopped` with a change that nobody has decided: those wait for a person. Who cancelled a task said that nothing of it is waited for. */
const isOver = `(task.state IN ('answered', 'finished', 'failed', 'dead', 'cancelled', 'applied', 'rejected', 'reverted')
  OR (task.state = 'stopped' AND (task.revision IS NULL OR ${isDecided})))`;
const isFree = `${isOver}
  AND (task.lease_expires_at_ms IS NULL OR task.lease_expires_at_ms < @nowMs)
  AND NOT EXISTS (SELECT 1 FROM idempotency WHERE idempotency.task = task.ordinal AND created_at_ms > @keysFromMs)
  AND NOT EXISTS (SELECT 1 FROM approval WHERE approval.task = task.ordinal AND approval.state = 'pending')
  AND NOT EXISTS (SELECT 1 FROM task_dependency JOIN task AS later ON later.ordinal = task_dependency.task
    WHERE task_dependency.after = task.ordinal
    AND later.state IN ('scheduled', 'queued', 'paused', 'blocked', 'running', 'waiting'))`;
const columns = "task.ordinal, task.id, task.repository_id, task.state, task.seq, task.updated_at_ms";
/** Free pages that stay: one in so many, and so many bytes. They are used again by what comes next. */
const keptFreeShare = 20;
const keptFreeBytes = 1_048_576;

export function createRetention(
  connection: Connection,
  audit: Pick<AuditTable, "insert">,
  removedTasks: RemovedTasks,
): RetentionStore {
  return {
    ...createDescription(connection),
    ...createRemoval(connection, audit, removedTasks),
    ...createCollection(connection),
    async giveBackSpace(maxBytes) {
      const { pageBytes, pages, freePages } = connection.pages();
      const kept = Math.max(Math.ceil(pages / keptFreeShare), Math.ceil(keptFreeBytes / pageBytes));
      const going = Math.min(freePages - kept, Math.floor(maxBytes / pageBytes));
      if (going <= 0) return 0;
      connection.shrink(going);
      return (pages - connection.pages().pages) * pageBytes;
    },
  };
}

function createDescription(connection: Connection): Pick<RetentionStore, "describeKept" | "getRemovedThrough"> {
  const tasks = connection.prepare<{ tasks: number; events: number; ended: number }>(
    `SELECT count(*) AS tasks, coalesce(sum(seq), 0) AS events, coalesce(sum(${isOver}), 0) AS ended FROM task`,
  );
  const oldest = connection.prepare<{ position: number; atMs: number }>(
    "SELECT position, at_ms AS atMs FROM event ORDER BY position LIMIT 1",
  );
  const removed = connection.prepare<KeptEvents["removed"]>(
    `SELECT removed_tasks AS tasks, removed_events AS events, removed_through AS throughPosition,
     removed_through_ms AS throughMs, last_removed_at_ms AS lastAtMs FROM retention`,
  );
  const through = connection.prepare<{ position: number }>("SELECT removed_through AS position FROM retention");
  return {
    getRemovedThrough: async () => connection.read(() => through.get()?.position ?? 0),
    describeKept: async () =>
      connection.read(() => {
        const { pageBytes, pages, freePages } = connection.pages();
        return {
          bytes: pages * pageBytes,
          freeBytes: freePages * pageBytes,
          ...(tasks.get() ?? { tasks: 0, events: 0, ended: 0 }),
          oldestEvent: oldest.get() ?? null,
          removed: removed.get() ?? { tasks: 0, events: 0, throughPosition: 0, throughMs: null, lastAtMs: null },
        };
      }),
  };
}

function createRemoval(
  connection: Connection,
  audit: Pick<AuditTable, "insert">,
  removedTasks: RemovedTasks,
): Pick<RetentionStore, "listRemovable" | "removeTasks"> {
  const ended = connection.prepare<{ tasks: number }>(`SELECT count(*) AS tasks FROM task WHERE ${isOver}`);
  const endedBefore = connection.prepare<RemovableRow>(
    `SELECT ${columns} FROM task WHERE ${isFree} AND task.updated_at_ms < @beforeMs ORDER BY task.updated_at_ms, task.ordinal LIMIT @limit`,
  );
  const asListed = connection.prepare<RemovableRow>(
    `SELECT ${columns} FROM task WHERE ${isFree} AND task.id = @id AND task.updated_at_ms = @updatedAtMs`,
  );
  const texts = connection.prepare<{ blob: number }>(
    "SELECT DISTINCT blob FROM event JOIN event_blob USING (position) WHERE event.task = ?",
  );
  const lastPosition = connection.prepare<{ position: number }>(
    "SELECT max(position) AS position FROM event WHERE task = ?",
  );
  const removeTask = connection.prepare("DELETE FROM task WHERE ordinal = ?");
  const removeText = connection.prepare(
    "DELETE FROM blob WHERE id = ? AND NOT EXISTS (SELECT 1 FROM event_blob WHERE event_blob.blob = blob.id)",
  );
  const noteRemoved = createRemovedTotals(connection);
  const noteTime = connection.prepare("UPDATE retention SET last_removed_at_ms = ?");

  function removeOne(row: RemovableRow, nowMs: number): void {
    const held = texts.all(row.ordinal);
    const throughPosition = lastPosition.get(row.ordinal)?.position ?? 0;
    removeTask.run(row.ordinal);
    for (const { blob } of held) removeText.run(blob);
    noteRemoved({ tasks: 1, events: row.seq, throughPosition, throughMs: row.updated_at_ms });
    const left = { state: TaskState.parse(row.state), endedAtMs: row.updated_at_ms, removedAtMs: nowMs };
    removedTasks.insert(row.id as TaskId, row.repository_id, left);
  }

  return {
    listRemovable: async ({ nowMs, endedBeforeMs, keptTasks, surplusBeforeMs, limit }) =>
      connection.read(() => {
        const surplus = Math.max(0, (ended.get()?.tasks ?? 0) - keptTasks);
        const beforeMs = surplus > 0 ? Math.max(endedBeforeMs, surplusBeforeMs) : endedBeforeMs;
        const values = { nowMs, keysFromMs: nowMs - keyLifetimeMs, beforeMs, limit };
        const rows = endedBefore.all(values);
        return rows
          .filter((row, index) => row.updated_at_ms < endedBeforeMs || index < surplus)
          .map((row) => ({
            taskId: row.id as TaskId,
            state: TaskState.parse(row.state),
            updatedAtMs: row.updated_at_ms,
          }));
      }),
    removeTasks: async (tasks: readonly RemovableTask[], maxEvents, nowMs) =>
      connection.write(() => {
        const done = { taken: 0, tasks: 0, events: 0 };
        const times: number[] = [];
        for (const { taskId: id, updatedAtMs } of tasks) {
          if (done.events >= maxEvents) break;
          done.taken += 1;
          const row = asListed.get({ id, updatedAtMs, nowMs, keysFromMs: nowMs - keyLifetimeMs });
          if (row === undefined) continue;
          removeOne(row, nowMs);
          done.tasks += 1;
          done.events += row.seq;
          times.push(updatedAtMs);
        }
        const [fromMs = 0, toMs = fromMs] = [times[0], times.at(-1)];
        const { tasks: count, events } = done;
        if (count === 0) return done;
        noteTime.run(nowMs);
        audit.insert([{ type: "tasks.removed", tasks: count, events, fromMs, toMs }], nowMs);
        return done;
      }),
  };
}

function createCollection(connection: Connection): Pick<RetentionStore, "listUncollected" | "noteCollected"> {
  const open = connection.prepare<{ taskId: TaskId; repositoryId: RepositoryId }>(
    `SELECT id AS taskId, repository_id AS repositoryId FROM removed_task INDEXED BY removed_task_to_collect
     WHERE is_collected = 0 AND id > ? ORDER BY id LIMIT ?`,
  );
  const note = connection.prepare("UPDATE removed_task SET is_collected = 1 WHERE id = ?");
  return {
    listUncollected: async (limit, after) => connection.read(() => open.all(after ?? "", limit)),
    noteCollected: async (taskIds) => connection.write(() => taskIds.forEach((id) => void note.run(id))),
  };
}
