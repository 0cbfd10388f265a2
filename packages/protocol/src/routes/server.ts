// The server itself: alive, its state, what is wrong.

import * as requests from "../requests.ts";
import { defineRoutes } from "../route.ts";
import { DoctorReport, ServerStatus } from "../status.ts";

export const serverRoutes = defineRoutes({
  getHealth: {
    method: "GET",
    path: "/healthz",
    scope: null,
    media: "json",
    status: 200,
    reply: requests.Health,
    errors: [],
    summary: "Is the server alive",
    description: "Answers within a second while the server runs, whatever tasks do.",
  },
  getStatus: {
    method: "GET",
    path: "/v1/status",
    scope: "read",
    media: "json",
    status: 200,
    reply: ServerStatus,
    errors: [],
    summary: "The state of the server",
    description: "Tasks by state, workers, indexer, model, sandbox, memory.",
  },
  getDoctor: {
    method: "GET",
    path: "/v1/doctor",
    scope: "read",
    media: "json",
    status: 200,
    reply: DoctorReport,
    errors: [],
    summary: "Look for what is wrong",
    description: "Runs every check and says how to mend what fails.",
  },
});
