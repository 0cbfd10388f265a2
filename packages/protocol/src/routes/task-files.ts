// The watched tasks.yaml files.
import { defineRoutes } from "../route.ts";
import { TaskFileList } from "../task-file.ts";

export const taskFileRoutes = defineRoutes({
  listTaskFiles: {
    method: "GET",
    path: "/v1/task-files",
    scope: "read",
    media: "json",
    status: 200,
    reply: TaskFileList,
    errors: [],
    summary: "The watched tasks.yaml files",
    description: "What was found in each, which tasks came of it, and which entries were skipped, with their lines.",
  },
});
