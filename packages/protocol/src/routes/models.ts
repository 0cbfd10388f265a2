// Models: what there is, how it does, and the jobs that get or test one.
import * as models from "../model-records.ts";
import { defineRoutes } from "../route.ts";

export const modelRoutes = defineRoutes({
  listModels: {
    method: "GET",
    path: "/v1/models",
    scope: "read",
    media: "json",
    status: 200,
    reply: models.ModelList,
    errors: [],
    summary: "All models",
    description:
      "Of every server that answers: window, abilities, health, totals (calls, tokens, times, failures by kind), place in the fallback chain.",
  },
  showModel: {
    method: "GET",
    path: "/v1/models/show",
    scope: "read",
    media: "json",
    status: 200,
    query: models.ShowModelQuery,
    reply: models.ModelDetails,
    errors: ["not_found", "unavailable"],
    summary: "One model",
    description: "With its newest conformance report. An unknown name is answered with those that exist.",
  },
  startModelJob: {
    method: "POST",
    path: "/v1/models/jobs",
    scope: "admin",
    media: "json",
    status: 202,
    body: models.StartModelJobRequest,
    reply: models.ModelJob,
    errors: ["not_found", "invalid_input", "unavailable", "limit_exceeded"],
    summary: "Pull or test a model",
    description: "Answers at once; ask for the job to see how far it is. A job that does the same already is returned.",
  },
  getModelJob: {
    method: "GET",
    path: "/v1/models/jobs/:jobId",
    scope: "read",
    media: "json",
    status: 200,
    reply: models.ModelJob,
    errors: ["not_found"],
    summary: "How far a job is",
    description: "",
  },
  cancelModelJob: {
    method: "DELETE",
    path: "/v1/models/jobs/:jobId",
    scope: "admin",
    media: "json",
    status: 200,
    reply: models.ModelJob,
    errors: ["not_found"],
    summary: "End a job",
    description: "What a pull has loaded is kept by its server.",
  },
});
