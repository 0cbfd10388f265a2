// The commands of a task and what they printed.
import * as output from "../command-output.ts";
import { defineRoutes } from "../route.ts";

export const commandRoutes = defineRoutes({
  listTaskCommands: {
    method: "GET",
    path: "/v1/tasks/:taskId/commands",
    scope: "read",
    media: "json",
    status: 200,
    reply: output.TaskCommandList,
    errors: ["not_found"],
    summary: "The commands of a task",
    description: "In the order of their starts: how each ended, and how much of its output can be read.",
  },
  readCommandOutput: {
    method: "GET",
    path: "/v1/tasks/:taskId/commands/:command/output",
    scope: "read",
    media: "json",
    status: 200,
    query: output.ReadOutputQuery,
    reply: output.OutputPage,
    errors: ["not_found", "invalid_input"],
    summary: "What a command printed, page by page",
    description:
      "The beginning as it came, and of what was too much the end. Known secrets are marks in it. Outputs are kept for a time, and within a bound per task.",
  },
});
