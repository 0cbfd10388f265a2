// How long ended tasks and their events are kept, what is kept now, and what was removed.
import { z } from "zod";
import { TaskState } from "./task-states.ts";

/** What is left of a task that was removed: enough to say what became of it. */
export const RemovedTask = z.object({
  state: TaskState,
  endedAtMs: z.int(),
  removedAtMs: z.int(),
});
export type RemovedTask = z.infer<typeof RemovedTask>;

/** What the database of tasks holds, and what it no longer does. */
export const KeptEvents = z.object({
  /** Of the database's file, without its log. */
  bytes: z.int(),
  /** Of them unused; used again before the file grows. */
  freeBytes: z.int(),
  tasks: z.int(),
  events: z.int(),
  /** Tasks that ended and wait for nobody. */
  ended: z.int(),
  /** Null: there are none. */
  oldestEvent: z.object({ position: z.int(), atMs: z.int() }).nullable(),
  /**
   * Since the database was made. All events behind `throughPosition`, and all later than `throughMs`, are there; up to them, some were removed
   * with their tasks, which were kept long enough or went with their repository. `lastAtMs`: when tasks went by age last.
   */
  removed: z.object({
    tasks: z.int(),
    events: z.int(),
    throughPosition: z.int(),
    throughMs: z.int().nullable(),
    lastAtMs: z.int().nullable(),
  }),
});
export type KeptEvents = z.infer<typeof KeptEvents>;

export const Retention = KeptEvents.extend({
  /** 0: for ever. */
  keptDays: z.int(),
  keptTasks: z.int(),
  /** Nothing that happened since is removed, whatever the settings: two review periods, and what no report has covered. */
  protectedFromMs: z.int(),
  /** Tasks that may be removed at once. `applied`: of them, those whose change can then no longer be reverted by Outpost. */
  due: z.object({ tasks: z.int(), applied: z.int() }),
});
export type Retention = z.infer<typeof Retention>;

export const RetentionRun = z.object({
  tasks: z.int(),
  events: z.int(),
  /** Given back to the disk. */
  freedBytes: z.int(),
  retention: Retention,
});
export type RetentionRun = z.infer<typeof RetentionRun>;
