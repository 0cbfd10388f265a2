// Schedules seen from outside, and the firing of their times. When a time is due, one task is made for it, whatever was missed before it:
// times that passed while the server was off, or while the clock stood elsewhere, make one task together.
import type { QueueStore } from "@outpost/core";
import {
  type CreateScheduleRequest,
  limits,
  type NewId,
  OutpostError,
  type RepositoryId,
  type Schedule,
  type ScheduleId,
  type TaskId,
} from "@outpost/protocol";
import { assertTimes, nextTime } from "./schedule-times.ts";

export interface ScheduleServicePorts {
  store: QueueStore;
  newId: NewId;
  nowMs: () => number;
}

export type ScheduleService = ReturnType<typeof createScheduleService>;

export function createScheduleService({ store, newId, nowMs }: ScheduleServicePorts) {
  /** Never at or before the time that was fired last, wherever the clock stands now. */
  function nextOf(schedule: Schedule): number | null {
    return nextTime(schedule, schedule.createdAtMs, Math.max(nowMs(), schedule.nextAtMs ?? 0));
  }

  async function fire(schedule: Schedule): Promise<TaskId | null> {
    if (schedule.nextAtMs === null) return null;
    const task = await store.fireSchedule({
      ...{ scheduleId: schedule.id, atMs: schedule.nextAtMs, nextAtMs: nextOf(schedule) },
      ...{ taskId: newId("tsk"), nowMs: nowMs(), maxQueued: limits.queuedTasks },
    });
    return task?.id ?? null;
  }

  return {
    async create(request: CreateScheduleRequest, by: string): Promise<Schedule> {
      const createdAtMs = nowMs();
      assertTimes(request, createdAtMs);
      if ((await store.listSchedules()).length >= limits.schedules)
        throw new OutpostError("limit_exceeded", `there are ${limits.schedules} schedules already; remove some`);
      const schedule: Schedule = {
        ...request,
        ...{
          id: newId("sch"),
          by,
          createdAtMs,
          isPaused: false,
          nextAtMs: nextTime(request, createdAtMs, createdAtMs),
        },
        ...{ lastAtMs: null, lastTaskId: null, fired: 0, skipped: 0 },
      };
      await store.createSchedule(schedule);
      return schedule;
    },
    list: (repositoryId?: RepositoryId): Promise<Schedule[]> => store.listSchedules(repositoryId),
    async pause(scheduleId: ScheduleId): Promise<Schedule> {
      const { nextAtMs } = await store.getSchedule(scheduleId);
      return store.updateSchedule(scheduleId, { isPaused: true, nextAtMs });
    },
    async resume(scheduleId: ScheduleId): Promise<Schedule> {
      const schedule = await store.getSchedule(scheduleId);
      const isPast = schedule.nextAtMs !== null && schedule.nextAtMs <= nowMs();
      const nextAtMs = isPast ? nextOf(schedule) : schedule.nextAtMs;
      return store.updateSchedule(scheduleId, { isPaused: false, nextAtMs });
    },
    remove: (scheduleId: ScheduleId): Promise<void> => store.removeSchedule(scheduleId),
    /** Fires what is due; returns the tasks it made. */
    async fireDue(): Promise<TaskId[]> {
      const due = (await store.listSchedules()).filter(
        ({ isPaused, nextAtMs }) => !isPaused && nextAtMs !== null && nextAtMs <= nowMs(),
      );
      const made: TaskId[] = [];
      for (const schedule of due) {
        const taskId = await fire(schedule);
        if (taskId) made.push(taskId);
      }
      return made;
    },
  };
}
