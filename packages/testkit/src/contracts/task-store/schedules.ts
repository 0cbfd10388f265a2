// The task store's contract: schedules, each of whose times is fired once.
import type { RepositoryId, Schedule } from "@outpost/protocol";
import { describe, expect, it } from "vitest";
import { rejection } from "../rejection.ts";
import type { TaskStoreFrame } from "./database.ts";
import { addRepository, appendAny, newId, startMs, taskCommand } from "./samples.ts";

const minuteMs = 60_000;

function sampleSchedule(repositoryId: RepositoryId, values: Partial<Schedule> = {}): Schedule {
  const { spec } = taskCommand(repositoryId);
  return {
    id: newId("sch"),
    name: "nightly",
    spec,
    everyMs: minuteMs,
    timeZone: "UTC",
    overlap: "allow",
    by: "ada",
    createdAtMs: startMs,
    isPaused: false,
    nextAtMs: startMs + minuteMs,
    lastAtMs: null,
    lastTaskId: null,
    fired: 0,
    skipped: 0,
    ...values,
  };
}

export function describeSchedules(frame: TaskStoreFrame): void {
  const add = async (values: Partial<Schedule> = {}): Promise<Schedule> => {
    const schedule = sampleSchedule(await addRepository(frame.store()), values);
    await frame.store().createSchedule(schedule);
    return schedule;
  };
  const fire = ({ id, nextAtMs }: Schedule, maxQueued = 100, store = frame.store()) =>
    store.fireSchedule({
      ...{ scheduleId: id, atMs: nextAtMs ?? 0, nextAtMs: (nextAtMs ?? 0) + minuteMs },
      ...{ taskId: newId("tsk"), nowMs: startMs + minuteMs, maxQueued },
    });

  describe("a schedule", () => {
    it("is kept, listed, changed and removed", async () => {
      const schedule = await add();
      expect(await frame.store().getSchedule(schedule.id)).toEqual(schedule);
      expect(await frame.store().listSchedules()).toEqual([schedule]);
      expect(await frame.store().listSchedules(schedule.spec.repositoryId)).toEqual([schedule]);
      expect(await frame.store().listSchedules(newId("rep"))).toEqual([]);
      const changed = await frame.store().updateSchedule(schedule.id, { isPaused: true, nextAtMs: null });
      expect(changed).toEqual({ ...schedule, isPaused: true, nextAtMs: null });
      await frame.store().removeSchedule(schedule.id);
      for (const gone of [
        frame.store().getSchedule(schedule.id),
        frame.store().removeSchedule(schedule.id),
        frame.store().updateSchedule(schedule.id, { isPaused: false, nextAtMs: null }),
      ])
        expect(await rejection(gone)).toMatchObject({ code: "not_found" });
    });

    it("has a name of its own in its repository, which must be there", async () => {
      const schedule = await add();
      const same = sampleSchedule(schedule.spec.repositoryId);
      expect(await rejection(frame.store().createSchedule(same))).toMatchObject({ code: "conflict" });
      await add();
      const nowhere = sampleSchedule(newId("rep"));
      expect(await rejection(frame.store().createSchedule(nowhere))).toMatchObject({ code: "not_found" });
    });

    it("makes one task for each of its times, whoever fires it and how often", async () => {
      const schedule = await add();
      const stores = [frame.store(), await frame.openAnother(), await frame.openAnother()];
      const made = await Promise.all([...stores, ...stores].map((store) => fire(schedule, 100, store)));
      const [task, ...others] = made.filter((task) => task !== null);
      expect(others).toEqual([]);
      expect(task).toMatchObject({ state: "queued", spec: schedule.spec });
      const after = await frame.store().getSchedule(schedule.id);
      expect(after).toMatchObject({ fired: 1, lastAtMs: schedule.nextAtMs, lastTaskId: task?.id });
      expect(await fire(after)).not.toBeNull();
      expect((await frame.store().listTasks({ limit: 10 })).items).toHaveLength(2);
    });

    it("leaves a time out while its last task has not ended, or the queue is full, or it is paused", async () => {
      const schedule = await add({ overlap: "skip" });
      const task = await fire(schedule);
      const get = () => frame.store().getSchedule(schedule.id);
      expect(await fire(await get())).toBeNull();
      expect(await get()).toMatchObject({ fired: 1, skipped: 1, nextAtMs: startMs + 3 * minuteMs });
      if (task) await appendAny(frame.store(), task.id, { type: "task.cancel_requested", by: "ada" });
      expect(await fire(await get(), 0)).toBeNull();
      expect(await get()).toMatchObject({ fired: 1, skipped: 2 });
      const { nextAtMs } = await get();
      await frame.store().updateSchedule(schedule.id, { isPaused: true, nextAtMs });
      expect(await fire(await get())).toBeNull();
      expect(await get()).toMatchObject({ fired: 1, skipped: 2, nextAtMs });
      await frame.store().updateSchedule(schedule.id, { isPaused: false, nextAtMs });
      expect(await fire(await get())).not.toBeNull();
    });
  });
}
