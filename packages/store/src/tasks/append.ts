// Appends events to a task's log and keeps its row in step, in one transaction. The only way a task changes after it was created.
// Invariants: `seq` has no gaps; only the newest lease that has not run out may append for a run.

import type { AppendEvents, TaskStore } from "@outpost/core";
import { isOutpostError, OutpostError, type Task, type TaskEvent } from "@outpost/protocol";
import type { Connection } from "../database/connection.ts";
import type { Approvals } from "./approvals.ts";
import type { AuditTable } from "./audit.ts";
import { auditRecords } from "./audit-projection.ts";
import type { EventBodies } from "./event-bodies.ts";
import type { Facts } from "./facts.ts";
import { taskAfter } from "./projection.ts";
import { type TaskRow, type TaskTable, toTask } from "./task-table.ts";

const maxEventsPerAppend = 1_000;

/** Within a transaction of the caller's, who knows that it may. Throws `conflict` for a transition that the table of states refuses. */
export type AppendWithin = (row: TaskRow, events: readonly TaskEvent[], nowMs: number) => Appended;
interface Appended {
  task: Task;
  position: number;
}

export function createAppendWithin(
  tasks: TaskTable,
  bodies: EventBodies,
  projections: { approvals: Pick<Approvals, "note">; facts: Pick<Facts, "note">; audit: Pick<AuditTable, "insert"> },
): AppendWithin {
  const { approvals, facts, audit } = projections;
  return (row, events, nowMs) => {
    let task = toTask(row);
    let position = 0;
    for (const event of events) {
      task = refuseTransition(() => taskAfter(task, event, nowMs), event);
      position = bodies.insert(row.ordinal, task.seq, nowMs, event);
      approvals.note(event, task, row.ordinal, nowMs);
      facts.note(event, task, nowMs);
    }
    tasks.update(row.ordinal, task);
    audit.insert(
      events.flatMap((event) => auditRecords(task.id, event)),
      nowMs,
    );
    return { task, position };
  };
}

export function createAppend(
  connection: Connection,
  tasks: TaskTable,
  appendWithin: AppendWithin,
): Pick<TaskStore, "append"> {
  return {
    async append(command) {
      assertEventCount(command.events);
      return connection.write(() => {
        const row = tasks.get(command.taskId);
        assertFence(row, command);
        assertSeq(row, command);
        const { task, position } = appendWithin(row, command.events, command.nowMs);
        return { seq: task.seq, position, task };
      });
    },
  };
}

function assertEventCount(events: readonly TaskEvent[]): void {
  if (events.length >= 1 && events.length <= maxEventsPerAppend) return;
  throw new OutpostError("invalid_input", `${events.length} events to append; from 1 to ${maxEventsPerAppend} at once`);
}

/** First of the three: a worker that lost its lease must stop, whatever else is wrong. */
function assertFence(row: TaskRow, { fence, nowMs, taskId }: AppendEvents): void {
  if (fence === null) return;
  const expiresAtMs = row.lease_expires_at_ms;
  if (row.fence === fence && expiresAtMs !== null && nowMs < expiresAtMs) return;
  throw new OutpostError("conflict", `the lease ${fence} of task "${taskId}" is lost; stop this run`, {
    details: { reason: "fence", fence, newestFence: row.fence, expiresAtMs },
  });
}

function assertSeq(row: TaskRow, { expectedSeq, taskId }: AppendEvents): void {
  if (expectedSeq === "any" || expectedSeq === row.seq) return;
  throw new OutpostError(
    "conflict",
    `task "${taskId}" is at event ${row.seq}, not ${expectedSeq}; read the events between and decide again`,
    { details: { reason: "seq", seq: row.seq, expectedSeq } },
  );
}

function refuseTransition<Value>(transition: () => Value, event: TaskEvent): Value {
  if (event.type === "task.created") {
    throw new OutpostError("conflict", "a task is created once", { details: { reason: "state" } });
  }
  try {
    return transition();
  } catch (error) {
    if (!isOutpostError(error) || error.code !== "conflict") throw error;
    throw new OutpostError("conflict", error.message, {
      cause: error,
      details: { ...error.details, reason: "state", event: event.type },
    });
  }
}
