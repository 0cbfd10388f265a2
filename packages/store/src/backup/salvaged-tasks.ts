// Writes tasks anew from what can be read of their logs: each log from its beginning up to the first event that is missing or is not what was
// written; the row and the approvals as they follow from it. Positions, sequence numbers, times and ids stay. A task that lost something and
// would go on by itself is paused. Runs inside its caller's transaction.
import { canTransition, type Task, type TaskEvent, type TaskId, TaskSpec } from "@outpost/protocol";
import type { Connection } from "../database/connection.ts";
import { assertDidNotFail } from "../database/translate-error.ts";
import { createApprovals } from "../tasks/approvals.ts";
import { createEventBodies } from "../tasks/event-bodies.ts";
import { createdTask, taskAfter } from "../tasks/projection.ts";
import { createRemovedTasks } from "../tasks/removed-tasks.ts";
import { createTaskTable } from "../tasks/task-table.ts";
import type { AnyRow } from "./damaged-rows.ts";

export interface ReadEvent {
  position: number;
  task: number;
  seq: number;
  atMs: number;
  event: TaskEvent;
}

/** What the task's own row still says; undefined: it cannot be read. */
export type TaskRowLeft = AnyRow | undefined;

export interface SalvagedTasks {
  /** In the order of positions. Null: it has its place; otherwise why it has none. Throws where the new database fails. */
  take(read: ReadEvent, row: TaskRowLeft): string | null;
  /** A task of which no event can be read begins anew from its row. Null: not even that says what it was. */
  beginAgain(row: AnyRow, nowMs: number): TaskId | null;
  /** Says of a task that it is not what it was. To be called when all events were taken. */
  finish(ordinal: number, row: TaskRowLeft, nowMs: number): "whole" | "cut";
  /** Holds a task that would go on by itself. To be called when it is finished. */
  hold(ordinal: number, because: string, nowMs: number): void;
  /** By ordinal, of those that are there. */
  readonly ids: ReadonlyMap<number, TaskId>;
}

interface Log {
  task: Task;
  isBroken: boolean;
}

const by = "salvage";
const inlineBytes = 16_384;

export function createSalvagedTasks(connection: Connection, newTaskId: () => TaskId): SalvagedTasks {
  const bodies = createEventBodies(connection, inlineBytes);
  const tasks = createTaskTable(connection, createRemovedTasks(connection, 1).notFound);
  const approvals = createApprovals(connection, tasks);
  const nextPosition = connection.prepare("UPDATE sqlite_sequence SET seq = ? WHERE name = 'event'");
  const renumber = connection.prepare("UPDATE task SET ordinal = ? WHERE ordinal = ?");
  const setFence = connection.prepare("UPDATE task SET fence = ? WHERE ordinal = ?");
  const nextOrdinal = connection.prepare("UPDATE sqlite_sequence SET seq = ? WHERE name = 'task'");
  const logs = new Map<number, Log>();
  const ids = new Map<number, TaskId>();

  function begin(ordinal: number, task: Task): void {
    const made = tasks.insert(task);
    if (made !== ordinal) renumber.run(ordinal, made);
    nextOrdinal.run(ordinal);
    logs.set(ordinal, { task, isBroken: false });
    ids.set(ordinal, task.id);
  }

  function append(ordinal: number, task: Task, event: TaskEvent, atMs: number): void {
    bodies.insert(ordinal, task.seq, atMs, event);
    approvals.note(event, task, ordinal, atMs);
  }

  /** Throws where the event cannot follow. */
  function place({ task: ordinal, seq, atMs, event, position }: ReadEvent, row: TaskRowLeft): void {
    const log = logs.get(ordinal);
    if (log === undefined) {
      if (event.type !== "task.created" || seq !== 1) throw new Error("the beginning of its log cannot be read");
      begin(ordinal, createdTask(idOf(row) ?? newTaskId(), event, atMs));
      nextPosition.run(position - 1);
      bodies.insert(ordinal, 1, atMs, event);
      return;
    }
    if (log.isBroken || seq !== log.task.seq + 1) throw new Error(`event ${log.task.seq + 1} before it cannot be read`);
    const task = taskAfter(log.task, event, atMs);
    nextPosition.run(position - 1);
    append(ordinal, task, event, atMs);
    logs.set(ordinal, { task, isBroken: false });
  }

  /** Where the table of states has no pause, it does not go on by itself. */
  function hold(ordinal: number, because: string, nowMs: number): void {
    const log = logs.get(ordinal);
    const event = { type: "task.paused", by, because } as const;
    if (log === undefined || !canTransition(log.task.state, "paused")) return;
    const task = taskAfter(log.task, event, nowMs);
    append(ordinal, task, event, nowMs);
    tasks.update(ordinal, task);
    logs.set(ordinal, { ...log, task });
  }

  return {
    ids,
    take(read, row) {
      try {
        place(read, row);
        return null;
      } catch (error) {
        assertDidNotFail(error, connection.path);
        const log = logs.get(read.task);
        if (log) log.isBroken = true;
        return (error as Error).message.slice(0, 200);
      }
    },
    beginAgain(row, nowMs) {
      const ordinal = Number(row["ordinal"]);
      const spec = TaskSpec.safeParse(parseJson(row["spec"])).data;
      const id = idOf(row);
      if (logs.has(ordinal) || spec === undefined || id === undefined) return null;
      const event = { type: "task.created", spec, by } as const;
      begin(ordinal, createdTask(id, event, nowMs));
      bodies.insert(ordinal, 1, nowMs, event);
      return id;
    },
    finish(ordinal, row, nowMs) {
      const log = logs.get(ordinal);
      if (log === undefined) return "cut";
      const { task } = log;
      const isWhole = row !== undefined && row["seq"] === task.seq && row["state"] === task.state;
      tasks.update(ordinal, task);
      // A worker of before, should one wake up, is late.
      setFence.run(Number(row?.["fence"] ?? 1_000_000) + 1, ordinal);
      if (!isWhole) hold(ordinal, describeCut(task, row), nowMs);
      return isWhole ? "whole" : "cut";
    },
    hold,
  };
}

function describeCut({ id, seq }: Task, row: TaskRowLeft): string {
  const there = row === undefined ? "" : ` of ${String(row["seq"])}`;
  return `only ${seq}${there} of its events could be salvaged; look at it, then: outpost queue resume ${id}`;
}

function idOf(row: TaskRowLeft): TaskId | undefined {
  const id = row?.["id"];
  return typeof id === "string" ? (id as TaskId) : undefined;
}

function parseJson(text: unknown): unknown {
  try {
    return JSON.parse(String(text));
  } catch {
    return undefined;
  }
}
