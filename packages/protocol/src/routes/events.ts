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
    errors: ["limit_exceeded", "not_found"],
    summary: "The events of all tasks as they happen",
    description:
      "Server-sent events `event` in commit order, with the position as id; goes on from `Last-Event-ID` or `after`, and never ends by itself. What a slow reader has not taken stays in the log, not in memory. `not_found` with reason `removed` when events behind the position were removed with their tasks: `details.removedThrough` is where all are there again; 0 begins with the oldest that is kept.",
  },
  listEvents: {
    method: "GET",
    path: "/v1/events",
    scope: "read",
    media: "json",
    status: 200,
    query: requests.ListEventsQuery,
    reply: requests.EventPage,
    errors: ["not_found"],
    summary: "The events of all tasks",
    description:
      "In commit order, behind `after` (a position). `not_found` with reason `removed` as the stream says it.",
  },
});
