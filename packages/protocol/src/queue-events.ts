// What happens to a task in the queue, as events: queued, held back, blocked by others, moved, given up. Part of `TaskEvent`.
import { z } from "zod";
import { TaskId } from "./ids.ts";

export const QueuedReason = z.enum([
  /** The run before failed for the moment, or a person wants another. */
  "retry",
  "message",
  "answer",
  /** A person lets go what was paused or blocked. */
  "resumed",
  "rejected_hunks",
  "verify",
  "rebase",
  /** The time that it waited for has come. */
  "due",
  /** What it waited for is done. */
  "dependencies",
  /** The queue or its repository was paused: a run gives way between two steps, and goes on from there. */
  "yielded",
]);

export const queueEvents = [
  /** In the queue (again). `notBeforeMs`: no worker takes it before. `retry`: the how manieth; 0 when a person asked for it. */
  z.object({
    type: z.literal("task.queued"),
    reason: QueuedReason,
    by: z.string().optional(),
    because: z.string().optional(),
    retry: z.int().optional(),
    notBeforeMs: z.int().optional(),
  }),
  /** Whoever works on it stops at its next event. */
  z.object({ type: z.literal("task.paused"), by: z.string(), because: z.string().optional() }),
  /** It waits for others; once more with another `because` when one of them has failed. */
  z.object({ type: z.literal("task.blocked"), after: z.array(TaskId), because: z.string() }),
  z.object({ type: z.literal("task.moved"), priority: z.int().min(0).max(9), by: z.string() }),
  /** The last retry failed. */
  z.object({ type: z.literal("task.died"), retries: z.int(), because: z.string() }),
] as const;
type QueueEvent = z.infer<(typeof queueEvents)[number]>;

/** How many retries a task has had by itself after an event; a person's word begins the count anew. */
export function retriesAfter(retries: number, event: QueueEvent | { type: string }): number {
  if (event.type !== "task.queued" || !("reason" in event)) return retries;
  if (event.reason === "retry") return event.retry ?? 0;
  return ["message", "rejected_hunks", "verify", "rebase"].includes(event.reason) ? 0 : retries;
}
