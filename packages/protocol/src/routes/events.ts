// The events of all tasks.
import { EventEnvelope } from "../events.ts";
import * as requests from "../requests.ts";
import { defineRoutes } from "../route.ts";

export const eventRoutes = defineRoutes({
  streamEvents: {
    method: "GET",
    path: "/v1/events/stream",
    scope: "read",
    media: "stream",
    status: 200,
    query: requests.ListEventsQuery,
    reply: EventEnvelope,
    errors: ["limit_exceeded"],
    summary: "The events of all tasks as they happen",
    description:
      "Server-sent events `event` in commit order, with the position as id; goes on from `Last-Event-ID` or `after`, and never ends by itself. What a slow reader has not taken stays in the log, not in memory.",
  },
  listEvents: {
    method: "GET",
    path: "/v1/events",
    scope: "read",
    media: "json",
    status: 200,
    query: requests.ListEventsQuery,
    reply: requests.EventPage,
    errors: [],
    summary: "The events of all tasks",
    description: "In commit order, behind `after` (a position).",
  },
});
