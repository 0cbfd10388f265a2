// What the routes of models do.
import type { JsonHandlers } from "../api/handlers.ts";
import type { ModelJobs } from "./model-jobs.ts";
import type { ModelOverview } from "./model-overview.ts";

type ModelRoutes = "listModels" | "showModel" | "startModelJob" | "getModelJob" | "cancelModelJob";

export interface ModelHandlerPorts {
  modelOverview: ModelOverview;
  modelJobs: ModelJobs;
}

export function createModelHandlers({ modelOverview, modelJobs }: ModelHandlerPorts): Pick<JsonHandlers, ModelRoutes> {
  return {
    listModels: async () => ({ items: await modelOverview.list() }),
    showModel: ({ query }) => modelOverview.show(query.name),
    startModelJob: async ({ body }) => modelJobs.start(body),
    getModelJob: async ({ params }) => modelJobs.get(params["jobId"] ?? ""),
    cancelModelJob: async ({ params }) => modelJobs.cancel(params["jobId"] ?? ""),
  };
}
