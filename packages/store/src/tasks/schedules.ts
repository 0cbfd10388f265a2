// Schedules: what makes a task again and again. A time is fired by moving `nextAtMs` in the transaction that makes its task, so that it is
// fired once, whoever asks and how often. When a time is, others compute.
import type { QueueStore } from "@outpost/core";
import { endedStates, OutpostError, Schedule, type ScheduleId, TaskSpec, type TaskState } from "@outpost/protocol";
import type { Connection } from "../database/connection.ts";
import type { InsertTask } from "./create-task.ts";
import type { TaskTable } from "./task-table.ts";

type Schedules = Pick<
  QueueStore,
  "createSchedule" | "getSchedule" | "listSchedules" | "updateSchedule" | "removeSchedule" | "fireSchedule"
>;
interface Row {
  record: string;
}

export function createSchedules(connection: Connection, tasks: TaskTable, insertTask: InsertTask): Schedules {
  const selectRepository = connection.prepare<Row>("SELECT record FROM repository WHERE id = ?");
  const byName = connection.prepare<Row>("SELECT record FROM schedule WHERE repository_id = ? AND name = ?");
  const byId = connection.prepare<Row>("SELECT record FROM schedule WHERE id = ?");
  const all = connection.prepare<Row>(
    "SELECT record FROM schedule WHERE @repositoryId IS NULL OR repository_id = @repositoryId ORDER BY ordinal",
  );
  const insert = connection.prepare("INSERT INTO schedule (id, repository_id, name, record) VALUES (?, ?, ?, ?)");
  const update = connection.prepare("UPDATE schedule SET record = ? WHERE id = ?");
  const remove = connection.prepare("DELETE FROM schedule WHERE id = ?");
  const queued = connection.prepare<{ tasks: number }>("SELECT count(*) AS tasks FROM task WHERE state = 'queued'");
  const parse = ({ record }: Row): Schedule => Schedule.parse(JSON.parse(record));

  function get(scheduleId: ScheduleId): Schedule {
    const row = byId.get(scheduleId);
    if (row === undefined) throw new OutpostError("not_found", `there is no schedule "${scheduleId}"`);
    return parse(row);
  }
  function put(schedule: Schedule): Schedule {
    update.run(JSON.stringify(schedule), schedule.id);
    return schedule;
  }
  function isInTheWay({ overlap, lastTaskId }: Schedule): boolean {
    if (overlap === "allow" || lastTaskId === null) return false;
    const last = tasks.find(lastTaskId);
    return last !== undefined && !endedStates.has(last.state as TaskState);
  }

  return {
    async createSchedule(schedule) {
      const { id, name, spec } = schedule;
      connection.write(() => {
        if (selectRepository.get(spec.repositoryId) === undefined)
          throw new OutpostError("not_found", `there is no repository "${spec.repositoryId}"`);
        if (byName.get(spec.repositoryId, name))
          throw new OutpostError("conflict", `the repository has a schedule "${name}" already; remove it first`);
        insert.run(id, spec.repositoryId, name, JSON.stringify(schedule));
      });
    },
    getSchedule: async (scheduleId) => connection.read(() => get(scheduleId)),
    listSchedules: async (repositoryId = undefined) =>
      connection.read(() => all.all({ repositoryId: repositoryId ?? null }).map(parse)),
    updateSchedule: async (scheduleId, { isPaused, nextAtMs }) =>
      connection.write(() => put({ ...get(scheduleId), isPaused, nextAtMs })),
    async removeSchedule(scheduleId) {
      connection.write(() => {
        get(scheduleId);
        remove.run(scheduleId);
      });
    },
    async fireSchedule({ scheduleId, atMs, nextAtMs, taskId, nowMs, maxQueued }) {
      return connection.write(() => {
        const schedule = get(scheduleId);
        if (schedule.isPaused || schedule.nextAtMs !== atMs) return null;
        if (isInTheWay(schedule) || (queued.get()?.tasks ?? 0) >= maxQueued) {
          put({ ...schedule, nextAtMs, skipped: schedule.skipped + 1 });
          return null;
        }
        const by = `schedule ${schedule.name}`;
        const task = insertTask({ taskId, spec: TaskSpec.parse(schedule.spec), by, nowMs });
        put({ ...schedule, nextAtMs, lastAtMs: atMs, lastTaskId: task.id, fired: schedule.fired + 1 });
        return task;
      });
    },
  };
}
