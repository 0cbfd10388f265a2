// The routes that look after an index.
import { IndexVerification, VerifyIndexRequest } from "../index-verification.ts";
import { defineRoutes } from "../route.ts";

export const indexCareRoutes = defineRoutes({
  verifyIndex: {
    method: "POST",
    path: "/v1/repositories/:repositoryId/index/verify",
    scope: "submit",
    media: "json",
    status: 200,
    body: VerifyIndexRequest,
    reply: IndexVerification,
    errors: ["not_found", "unavailable"],
    summary: "Compare the index with its source",
    description:
      "Reads every file and everything that is stored of it, and answers when that is done. With `repair`, what is found is mended; the rest of the index stays as it is and searchable.",
  },
});
