// What is kept of ended tasks, and what was removed.
import { Retention, RetentionRun } from "../retention.ts";
import { defineRoutes } from "../route.ts";

export const retentionRoutes = defineRoutes({
  getRetention: {
    method: "GET",
    path: "/v1/retention",
    scope: "read",
    media: "json",
    status: 200,
    reply: Retention,
    errors: [],
    summary: "How much is kept, and for how long",
    description:
      "The size of the database of tasks, its oldest event, the settings, and what was removed so far. A task that was removed is `not_found` with `details.reason` `removed`; so are events behind a position (`after`) from which on not all are there any more.",
  },
  runRetention: {
    method: "POST",
    path: "/v1/retention",
    scope: "admin",
    media: "json",
    status: 200,
    reply: RetentionRun,
    errors: ["conflict", "unavailable"],
    summary: "Remove what is past its time, now",
    description:
      "What the server does by itself when nobody works: ended tasks past `keptTaskDays` or beyond `keptTasks` go, with their events, outputs, undo records and checkpoints, never within two review periods. `conflict` while it is under way.",
  },
});
