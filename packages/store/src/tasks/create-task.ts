// Stores a task with its first event, once per idempotency key.
import { createHash } from "node:crypto";
import type { CreateTask, TaskStore } from "@outpost/core";
import { OutpostError, type Task, type TaskEvent, type TaskSpec } from "@outpost/protocol";
import type { Connection } from "../database/connection.ts";
import type { AppendWithin } from "./append.ts";
import type { Approvals } from "./approvals.ts";
import { canonicalJson } from "./canonical-json.ts";
import { type Dependencies, describeWaiting } from "./dependencies.ts";
import type { EventBodies } from "./event-bodies.ts";
import { createdTask, taskAfter } from "./projection.ts";
import { type TaskRow, type TaskTable, toTask } from "./task-table.ts";

/** For so long a repeated request finds the task that the first one made. */
export const keyLifetimeMs = 7 * 24 * 3_600_000;

/** Within a transaction of the caller's. Throws `not_found` and `conflict` as `createTask` rejects. */
export type InsertTask = (command: CreateTask) => Task;

export function createTaskInsertion(
  connection: Connection,
  parts: {
    tasks: TaskTable;
    bodies: EventBodies;
    approvals: Pick<Approvals, "note">;
    dependencies: Dependencies;
    appendWithin: AppendWithin;
  },
): InsertTask {
  const { tasks, bodies, approvals, dependencies } = parts;
  const selectRepository = connection.prepare<{ id: string }>("SELECT id FROM repository WHERE id = ?");

  /** What need not wait is in the queue from the beginning. */
  function settle(ordinal: number, task: Task, nowMs: number): Task {
    const row = tasks.getByOrdinal(ordinal);
    if (row === undefined) return task;
    if (task.state === "scheduled" && (task.notBeforeMs ?? 0) <= nowMs)
      return parts.appendWithin(row, [{ type: "task.queued", reason: "due" }], nowMs).task;
    if (task.state !== "blocked") return task;
    const open = dependencies.open(ordinal);
    if (open.length === 0)
      return parts.appendWithin(row, [{ type: "task.queued", reason: "dependencies" }], nowMs).task;
    const because = describeWaiting(open);
    const after = open.map(({ id }) => id);
    return parts.appendWithin(row, [{ type: "task.blocked", after, because }], nowMs).task;
  }

  return ({ taskId, spec, by, nowMs, proposal }) => {
    if (selectRepository.get(spec.repositoryId) === undefined) {
      throw new OutpostError("not_found", `there is no repository "${spec.repositoryId}"`);
    }
    if (tasks.find(taskId)) throw new OutpostError("conflict", `task "${taskId}" exists already`);
    const first = { type: "task.created" as const, spec, by, ...(proposal ? { isProposal: true } : {}) };
    let task = createdTask(taskId, first, nowMs);
    const ordinal = tasks.insert(task);
    dependencies.insert(ordinal, spec.after ?? []);
    bodies.insert(ordinal, task.seq, nowMs, first);
    for (const event of proposal ? eventsOf(proposal) : []) {
      task = taskAfter(task, event, nowMs);
      bodies.insert(ordinal, task.seq, nowMs, event);
      approvals.note(event, task, ordinal, nowMs);
    }
    tasks.update(ordinal, task);
    return settle(ordinal, task, nowMs);
  };
}

export function createTaskCreation(
  connection: Connection,
  tasks: TaskTable,
  insertTask: InsertTask,
): Pick<TaskStore, "createTask"> {
  const keys = createIdempotencyKeys(connection, tasks);
  return {
    async createTask(command) {
      return connection.write(() => {
        const known = keys.find(command);
        if (known) return { task: toTask(known), created: false };
        const task = insertTask(command);
        keys.remember(command, ordinalOf(tasks, task));
        return { task, created: true };
      });
    },
  };
}

function ordinalOf(tasks: TaskTable, { id }: Task): number {
  return tasks.get(id).ordinal;
}

/** What the run of a worker would have left. */
function eventsOf({ change, checkpoint, approvalId }: NonNullable<CreateTask["proposal"]>): TaskEvent[] {
  const files = change.files.map(({ path }) => path);
  return [
    { type: "checkpoint.created", number: 0, commit: checkpoint, files },
    { type: "change.proposed", change, approvalId },
  ];
}

interface IdempotencyKeys {
  /** Throws `conflict` when the key came with another spec. */
  find(command: CreateTask): TaskRow | undefined;
  remember(command: CreateTask, ordinal: number): void;
}

function createIdempotencyKeys(connection: Connection, tasks: TaskTable): IdempotencyKeys {
  const select = connection.prepare<{ spec_hash: string; task: number }>(
    "SELECT spec_hash, task FROM idempotency WHERE key = ? AND created_at_ms > ?",
  );
  const forget = connection.prepare("DELETE FROM idempotency WHERE created_at_ms <= ?");
  const insert = connection.prepare(
    "INSERT INTO idempotency (key, spec_hash, task, created_at_ms) VALUES (?, ?, ?, ?)",
  );
  return {
    find({ idempotencyKey, spec, nowMs }) {
      if (idempotencyKey === undefined) return undefined;
      const known = select.get(idempotencyKey, nowMs - keyLifetimeMs);
      if (known === undefined) return undefined;
      if (known.spec_hash === hashSpec(spec)) return tasks.getByOrdinal(known.task);
      throw new OutpostError(
        "conflict",
        `idempotency key "${idempotencyKey}" was used for another task; send a new key with a new task`,
        { details: { reason: "idempotency_key", taskId: tasks.getByOrdinal(known.task)?.id } },
      );
    },
    remember({ idempotencyKey, spec, nowMs }, ordinal) {
      forget.run(nowMs - keyLifetimeMs);
      if (idempotencyKey !== undefined) insert.run(idempotencyKey, hashSpec(spec), ordinal, nowMs);
    },
  };
}

function hashSpec(spec: TaskSpec): string {
  return createHash("sha256").update(canonicalJson(spec)).digest("hex");
}
