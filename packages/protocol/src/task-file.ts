// tasks.yaml: tasks that are kept in a file, and what the server found in one.
import { z } from "zod";
import { TaskId } from "./ids.ts";
import { limits } from "./limits.ts";
import { Workflow } from "./task.ts";

const scalar = z.union([z.string().max(500), z.number(), z.boolean()]).transform(String);

/** One entry. What else a task may ask for, such as another model or to accept its own change, a file cannot. */
export const TaskFileEntry = z.strictObject({
  /** Names the entry over edits of it; absent: an edited description is another entry. */
  id: z
    .string()
    .regex(/^[\w.-]{1,80}$/, "expected letters, digits, dots and dashes, at most 80")
    .optional(),
  /** By name or id; in the data directory's file only, where it is required. */
  repository: z.string().max(200).optional(),
  description: z.string().trim().min(1, "a description is required").max(limits.instructionCharacters),
  priority: z.int().min(0).max(9).default(5),
  workflow: Workflow.default("edit"),
  /** As of a task. */
  expandGoal: z.boolean().optional(),
  metadata: z.record(z.string().min(1).max(50), scalar).default({}),
});
export type TaskFileEntry = z.infer<typeof TaskFileEntry>;

export const TaskFileStatus = z.object({
  path: z.string(),
  /** Null: the data directory's own. */
  repository: z.string().nullable(),
  /** When what is there now was read; null: there is no such file. */
  readAtMs: z.int().nullable(),
  entries: z.int(),
  tasks: z.array(z.object({ key: z.string(), line: z.int(), taskId: TaskId })),
  /** Entries that were skipped, and why; `line` is 1-based. */
  problems: z.array(z.object({ line: z.int(), message: z.string() })),
});
export type TaskFileStatus = z.infer<typeof TaskFileStatus>;
export const TaskFileList = z.object({ items: z.array(TaskFileStatus) });
export type TaskFileList = z.infer<typeof TaskFileList>;
