// The routes as data: the server mounts them, the client calls them, OpenAPI and the reference page are made from them.
import { defineRoutes } from "./route.ts";
import { approvalRoutes } from "./routes/approvals.ts";
import { auditRoutes } from "./routes/audit.ts";
import { backupRoutes } from "./routes/backups.ts";
import { changeRoutes } from "./routes/changes.ts";
import { codeRoutes } from "./routes/code.ts";
import { commandRoutes } from "./routes/commands.ts";
import { eventRoutes } from "./routes/events.ts";
import { factRoutes } from "./routes/facts.ts";
import { indexCareRoutes } from "./routes/index-care.ts";
import { modelRoutes } from "./routes/models.ts";
import { policyRoutes } from "./routes/policy.ts";
import { queueRoutes } from "./routes/queue.ts";
import { repositoryRoutes } from "./routes/repositories.ts";
import { retentionRoutes } from "./routes/retention.ts";
import { reviewPauseRoutes } from "./routes/review-pause.ts";
import { serverRoutes } from "./routes/server.ts";
import { statisticsRoutes } from "./routes/statistics.ts";
import { taskFileRoutes } from "./routes/task-files.ts";
import { taskRoutes } from "./routes/tasks.ts";
import { tokenRoutes } from "./routes/tokens.ts";
import { vectorRoutes } from "./routes/vectors.ts";
import { webhookRoutes } from "./routes/webhooks.ts";

export const routes = defineRoutes({
  ...approvalRoutes,
  ...auditRoutes,
  ...backupRoutes,
  ...changeRoutes,
  ...codeRoutes,
  ...commandRoutes,
  ...factRoutes,
  ...indexCareRoutes,
  ...modelRoutes,
  ...policyRoutes,
  ...queueRoutes,
  ...retentionRoutes,
  ...reviewPauseRoutes,
  ...statisticsRoutes,
  ...vectorRoutes,
  ...taskFileRoutes,
  ...webhookRoutes,
  ...serverRoutes,
  ...repositoryRoutes,
  ...taskRoutes,
  ...eventRoutes,
  ...tokenRoutes,
});

export type Routes = typeof routes;
export type RouteName = keyof Routes;
