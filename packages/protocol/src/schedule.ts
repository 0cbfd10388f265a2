// Schedules: entries that make a task again and again, each time once.
import { z } from "zod";
import { RepositoryId, ScheduleId, TaskId } from "./ids.ts";
import { TaskSpec } from "./task.ts";

/** What the task of each time is. */
const RecurringSpec = TaskSpec.omit({ after: true, notBeforeMs: true }).strict();

const shape = {
  name: z.string().trim().min(1).max(100),
  spec: RecurringSpec,
  /** Five fields (minute, hour, day, month, weekday) or six with seconds first; in `timeZone`. */
  cron: z.string().trim().min(1).max(100).optional(),
  /** Instead of `cron`: this often, counted from when it was made. */
  everyMs: z.int().min(60_000).max(31_536_000_000).optional(),
  /** An IANA name. */
  timeZone: z.string().max(100).default("UTC"),
  /** `skip`: a time is left out while the task of the time before has not ended. */
  overlap: z.enum(["skip", "allow"]).default("skip"),
};

export const CreateScheduleRequest = z
  .strictObject(shape)
  .refine(({ cron, everyMs }) => (cron === undefined) !== (everyMs === undefined), {
    message: 'exactly one of "cron" and "everyMs" is required',
    path: ["cron"],
  });
export type CreateScheduleRequest = z.infer<typeof CreateScheduleRequest>;

export const Schedule = z.object({
  ...shape,
  id: ScheduleId,
  by: z.string(),
  createdAtMs: z.int(),
  isPaused: z.boolean(),
  /** Null: it will not come again. */
  nextAtMs: z.int().nullable(),
  lastAtMs: z.int().nullable(),
  lastTaskId: TaskId.nullable(),
  fired: z.int(),
  /** Times that were left out, because the task of the time before had not ended or the queue was full. */
  skipped: z.int(),
});
export type Schedule = z.infer<typeof Schedule>;

export const ScheduleList = z.object({ items: z.array(Schedule) });
export type ScheduleList = z.infer<typeof ScheduleList>;
export const ListSchedulesQuery = z.strictObject({ repositoryId: RepositoryId.optional() });
