// Settings of outgoing webhooks. Part of the one schema.
import { z } from "zod";

const defaultEvents = [
  "run.finished",
  "approval.requested",
  "change.proposed",
  "change.applied",
  "change.rejected",
  "change.reverted",
  "task.died",
];

export const Webhook = z.strictObject({
  url: z.url({ protocol: /^https?$/ }).max(2000),
  secretFile: z.string().startsWith("/"),
  events: z.array(z.string().max(100)).min(1).max(50).default(defaultEvents),
  allowPrivate: z.boolean().default(false),
});
export type Webhook = z.infer<typeof Webhook>;

export const webhookSettings = {
  webhooks: z
    .array(Webhook)
    .max(16)
    .default([])
    .describe(
      'Who is told of events, in the file only: `[{"url": "https://…", "secretFile": "/path", "events": ["run.finished"], "allowPrivate": false}]`. Addresses that are not public only with `allowPrivate`; see `docs/webhooks.md`',
    ),
} as const;
