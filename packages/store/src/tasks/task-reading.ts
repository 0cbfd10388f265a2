// Reads tasks and events: single tasks, pages, counts, logs. Writes nothing.
import type { TaskStore } from "@outpost/core";
import { type EventEnvelope, eventVersion, type TaskId, TaskState } from "@outpost/protocol";
import type { Connection } from "../database/connection.ts";
import type { EventBodies, EventColumns } from "./event-bodies.ts";
import { assertLimit, createPages } from "./pages.ts";
import { type TaskRow, type TaskTable, toTask } from "./task-table.ts";

const maxTasksPerPage = 1_000;
const maxEventsPerRead = 10_000;

interface EventRow extends EventColumns {
  task_id: string;
  seq: number;
  at_ms: number;
}

type TaskReading = Pick<
  TaskStore,
  "getTask" | "listTasks" | "countTasksByState" | "readEvents" | "readAllEvents" | "positionBefore"
>;

export function createTaskReading(connection: Connection, tasks: TaskTable, bodies: EventBodies): TaskReading {
  const pages = createPages<TaskRow>(connection, {
    table: "task",
    columns: "*",
    cursorsOf: "tasks",
    maxRows: maxTasksPerPage,
  });
  const count = connection.prepare<{ state: string; tasks: number }>(
    "SELECT state, count(*) AS tasks FROM task GROUP BY state",
  );
  const columns = "position, task.id AS task_id, event.seq, version, at_ms, body, large_texts";
  const eventsOfTask = connection.prepare<EventRow>(
    `SELECT ${columns} FROM event JOIN task ON task.ordinal = event.task
     WHERE event.task = ? AND event.seq > ? ORDER BY event.seq LIMIT ?`,
  );
  const eventsOfAll = connection.prepare<EventRow>(
    `SELECT ${columns} FROM event JOIN task ON task.ordinal = event.task
     WHERE position > ? ORDER BY position LIMIT ?`,
  );
  const toEnvelope = (row: EventRow): EventEnvelope => ({
    version: eventVersion,
    position: row.position,
    taskId: row.task_id as TaskId,
    seq: row.seq,
    atMs: row.at_ms,
    event: bodies.parse(row),
  });
  return {
    getTask: async (taskId) => connection.read(() => toTask(tasks.get(taskId))),
    listTasks: async (filter) =>
      connection.read(() => {
        const { rows, nextCursor } = pages.read(filter, [
          ["repository_id = ?", filter.repositoryId],
          ["state = ?", filter.state],
        ]);
        return { items: rows.map(toTask), nextCursor };
      }),
    async countTasksByState() {
      const rows = connection.read(() => count.all());
      return Object.fromEntries(rows.map((row) => [TaskState.parse(row.state), row.tasks]));
    },
    async readEvents(taskId, afterSeq, limit) {
      assertLimit(limit, maxEventsPerRead);
      return connection.read(() => eventsOfTask.all(tasks.get(taskId).ordinal, afterSeq, limit).map(toEnvelope));
    },
    positionBefore: async (atMs) => connection.read(() => findPosition(connection, atMs)),
    async readAllEvents(afterPosition, limit) {
      assertLimit(limit, maxEventsPerRead);
      return connection.read(() => eventsOfAll.all(afterPosition, limit).map(toEnvelope));
    },
  };
}

/** By halves, since times grow with positions and only positions have an index. */
function findPosition(connection: Connection, atMs: number): number {
  const firstFrom = connection.prepare<{ position: number; at_ms: number }>(
    "SELECT position, at_ms FROM event WHERE position >= ? ORDER BY position LIMIT 1",
  );
  const last = connection.prepare<{ position: number | null }>("SELECT max(position) AS position FROM event");
  let low = 0;
  let high = (last.get()?.position ?? 0) + 1;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    const row = firstFrom.get(middle);
    if (row !== undefined && row.position < high && row.at_ms < atMs) low = row.position;
    else high = middle;
  }
  return low;
}
