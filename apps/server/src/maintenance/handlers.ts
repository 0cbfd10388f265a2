// What the routes of upkeep do: backups, numbers, the review pause, webhooks.
import type { JsonHandlers } from "../api/handlers.ts";
import { nameOf } from "../api/parameters.ts";
import type { Upkeep } from "./compose-upkeep.ts";

type Names =
  | "createBackup"
  | "listBackups"
  | "showStatistics"
  | "showReviewPause"
  | "beginReviewPause"
  | "resumeReviewPause"
  | "getReview"
  | "getRetention"
  | "runRetention"
  | "listWebhooks"
  | "listTaskFiles";

export function createUpkeepHandlers(upkeep: Upkeep): Pick<JsonHandlers, Names> {
  const { backups, statistics, reviewPause, reviewReports } = upkeep;
  return {
    createBackup: ({ body }) => backups.create(body),
    listBackups: () => backups.list(),
    getRetention: () => upkeep.retention.show(),
    runRetention: () => upkeep.retention.run(),
    showStatistics: ({ query }) => statistics.show(query),
    showReviewPause: () => reviewPause.show(),
    beginReviewPause: ({ token }) => reviewPause.begin(nameOf(token)),
    resumeReviewPause: () => reviewPause.resume(),
    listTaskFiles: async () => upkeep.taskFiles.list(),
    listWebhooks: async () => ({ items: upkeep.webhooks.list() }),
    getReview: ({ params }) => reviewReports.read(params["reviewId"] ?? ""),
  };
}
