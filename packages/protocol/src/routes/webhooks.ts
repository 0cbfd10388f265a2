// How outgoing webhooks stand.
import { defineRoutes } from "../route.ts";
import { WebhookList } from "../webhooks.ts";

export const webhookRoutes = defineRoutes({
  listWebhooks: {
    method: "GET",
    path: "/v1/webhooks",
    scope: "admin",
    media: "json",
    status: 200,
    reply: WebhookList,
    errors: [],
    summary: "The outgoing webhooks",
    description: "How far each is, and what stands in its way. They are set in the server's configuration.",
  },
});
