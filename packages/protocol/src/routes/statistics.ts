// Numbers: for people, and for Prometheus.
import { z } from "zod";
import { defineRoutes } from "../route.ts";
import { ShowStatisticsQuery, StatisticsReply } from "../statistics.ts";

export const statisticsRoutes = defineRoutes({
  showStatistics: {
    method: "GET",
    path: "/v1/statistics",
    scope: "read",
    media: "json",
    status: 200,
    query: ShowStatisticsQuery,
    reply: StatisticsReply,
    errors: ["invalid_input"],
    summary: "What the work of the last days came to",
    description: "Computed from the event log: runs, waits, stages, models, tools, tests, changes, failures.",
  },
  getMetrics: {
    method: "GET",
    path: "/metrics",
    scope: "read",
    media: "text",
    status: 200,
    reply: z.string(),
    errors: [],
    summary: "Metrics for Prometheus",
    description:
      "In its text format, with a token in the Authorization header. Counters begin at zero when the server starts. Labels are bounded: models beyond the fiftieth and tools that no run offered are `other`.",
  },
});
