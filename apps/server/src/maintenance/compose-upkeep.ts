// What looks after the work instead of doing it, wired together: backups, numbers, the review pause.
import { join } from "node:path";
import type { TaskStore } from "@outpost/core";
import type { Logger } from "pino";
import type { Configuration } from "../configuration/schema.ts";
import type { IndexService } from "../index-service/index-service.ts";
import { entryPoint } from "../process/entry-points.ts";
import { version } from "../process/version.ts";
import { openReportFiles, type ReportFiles } from "../review-pause/report-files.ts";
import { createReviewPauseService, type ReviewPauseService } from "../review-pause/review-pause-service.ts";
import { watchReviewPause } from "../review-pause/watch-review-pause.ts";
import { createStatisticsService, type StatisticsService } from "../statistics/statistics-service.ts";
import type { WorkerPool } from "../supervision/worker-pool.ts";
import type { EventFeed } from "../tasks/event-feed.ts";
import { type BackupService, createBackupService } from "./backup-service.ts";

export interface Upkeep {
  backups: BackupService;
  statistics: StatisticsService;
  reviewPause: ReviewPauseService;
  reviewReports: ReportFiles;
  /** Begins what happens by itself. Returns what ends it. */
  start(): () => Promise<void>;
}

interface UpkeepParts {
  configuration: Configuration;
  store: TaskStore;
  index: IndexService;
  pool: Pick<WorkerPool, "counts" | "wake">;
  feed: EventFeed;
  nowMs: () => number;
  logger: Logger;
}

export function composeUpkeep({ configuration, store, index, pool, feed, nowMs, logger }: UpkeepParts): Upkeep {
  const { dataDirectory } = configuration;
  const backups = createBackupService({
    entry: entryPoint("maintenance"),
    dataDirectory,
    directory: configuration.backupDirectory ?? join(dataDirectory, "backups"),
    keep: configuration.keepBackups,
    nowMs,
  });
  const statistics = createStatisticsService({
    ...{ store, index, dataDirectory, version, nowMs },
    workers: () => pool.counts(),
    openStreams: () => feed.openStreams,
  });
  const reviewReports = openReportFiles(join(dataDirectory, "reviews"));
  const reviewPause = createReviewPauseService({
    ...{ store, files: reviewReports, everyDays: configuration.reviewEveryDays, nowMs, logger },
    wake: () => pool.wake(),
  });
  return {
    ...{ backups, statistics, reviewPause, reviewReports },
    start() {
      const stopReviews = watchReviewPause(reviewPause, logger);
      return async () => {
        await stopReviews();
      };
    },
  };
}
