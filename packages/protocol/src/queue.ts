// The queue: what is held back, what is next, and what a person may do with it.
import { z } from "zod";
import { RepositoryId, TaskId } from "./ids.ts";
import { limits } from "./limits.ts";
import { Task } from "./task.ts";

/** Nothing of the queue, or of one repository, is begun, and what runs stops between two steps. */
export const QueuePause = z.object({
  /** Null: the whole queue. */
  repositoryId: RepositoryId.nullable(),
  /** `review`: the periodic one, with its report. */
  kind: z.enum(["person", "review"]),
  by: z.string(),
  reason: z.string().nullable(),
  atMs: z.int(),
});
export type QueuePause = z.infer<typeof QueuePause>;

export const QueueQuery = z.strictObject({
  repositoryId: RepositoryId.optional(),
  limit: z.coerce.number().int().min(1).max(limits.pageItems).default(50),
});
export type QueueQuery = z.infer<typeof QueueQuery>;

/** What is under way first, then in the order in which workers would take it, then what waits for its time, for others or for a person. */
export const QueueView = z.object({
  pauses: z.array(QueuePause),
  items: z.array(Task),
  /** Of tasks that have not ended, those that are not shown included. */
  total: z.int(),
});
export type QueueView = z.infer<typeof QueueView>;

export const PauseQueueRequest = z.strictObject({
  /** Absent: the whole queue. */
  repositoryId: RepositoryId.optional(),
  reason: z.string().trim().min(1).max(500).optional(),
});
export type PauseQueueRequest = z.infer<typeof PauseQueueRequest>;
export const ResumeQueueRequest = z.strictObject({ repositoryId: RepositoryId.optional() });
export type ResumeQueueRequest = z.infer<typeof ResumeQueueRequest>;
export const PauseList = z.object({ pauses: z.array(QueuePause) });
export type PauseList = z.infer<typeof PauseList>;

export const PauseTaskRequest = z.strictObject({ reason: z.string().trim().min(1).max(500).optional() });
export const MoveTaskRequest = z.strictObject({ priority: z.int().min(0).max(9) });

/** A worker that holds a task. */
export const WorkerRecord = z.object({ workerId: z.string(), taskId: TaskId, leaseExpiresAtMs: z.int() });
export type WorkerRecord = z.infer<typeof WorkerRecord>;
