// Outgoing webhooks: what is sent, and how they stand. What is configured is the server's; see docs/webhooks.md for the signature.
import { z } from "zod";
import { EventEnvelope } from "./events.ts";
import { RepositoryId, TaskId } from "./ids.ts";
import { TaskState } from "./task-states.ts";

/** The JSON body of a delivery. `event` is null when it is over 256 kB; `/v1/tasks/:taskId/events` has it. */
export const WebhookBody = EventEnvelope.omit({ event: true }).extend({
  taskId: TaskId,
  repositoryId: RepositoryId,
  type: z.string(),
  /** Of the task when it was sent, which may be later than the event. */
  taskState: TaskState,
  event: EventEnvelope.shape.event.nullable(),
});
export type WebhookBody = z.infer<typeof WebhookBody>;

export const WebhookState = z.object({
  /** Without a query, where credentials hide. */
  url: z.string(),
  events: z.array(z.string()),
  /** All events up to this position were delivered, given up or not asked for. */
  position: z.int(),
  delivered: z.int(),
  givenUp: z.int(),
  /** Attempts of the delivery that is under way. */
  attempts: z.int(),
  lastError: z.string().nullable(),
  nextAttemptAtMs: z.int().nullable(),
  /** It was told of nothing for so long that some events up to this position were removed with their tasks before it was; null: of none. */
  removedThrough: z.int().nullable().default(null),
});
export type WebhookState = z.infer<typeof WebhookState>;

export const WebhookList = z.object({ items: z.array(WebhookState) });
export type WebhookList = z.infer<typeof WebhookList>;
