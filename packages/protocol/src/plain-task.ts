// A task as plain text: the body is the instruction, the rest is in the query, so that curl and a cron line are enough.
import { z } from "zod";
import { TaskId } from "./ids.ts";
import { Workflow } from "./task.ts";

export const PlainTaskQuery = z.strictObject({
  /** Its id or its name. */
  repository: z.string().min(1).max(200),
  workflow: Workflow.optional(),
  priority: z.coerce.number().int().min(0).max(9).optional(),
  model: z.string().max(200).optional(),
  /** A task that it comes after. */
  after: TaskId.optional(),
  notBeforeMs: z.coerce.number().int().min(0).optional(),
  retries: z.coerce.number().int().min(0).max(20).optional(),
});
export type PlainTaskQuery = z.infer<typeof PlainTaskQuery>;
