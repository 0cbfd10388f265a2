// What looks after the work instead of doing it, wired together: backups, numbers, the review pause.
import { join } from "node:path";
import type { RepositoryHost, TaskStore } from "@outpost/core";
import type { Logger } from "pino";
import type { Configuration } from "../configuration/schema.ts";
import type { IndexService } from "../index-service/index-service.ts";
import { entryPoint } from "../process/entry-points.ts";
import { version } from "../process/version.ts";
import { createRetentionService, type RetentionService } from "../retention/retention-service.ts";
import { openReportFiles, type ReportFiles } from "../review-pause/report-files.ts";
import { createReviewPauseService, type ReviewPauseService } from "../review-pause/review-pause-service.ts";
import type { Redactor } from "../secrets/redactor.ts";
import { createStatisticsService, type StatisticsService } from "../statistics/statistics-service.ts";
import type { WorkerPool } from "../supervision/worker-pool.ts";
import { createTaskFileService, type TaskFileService } from "../task-files/task-file-service.ts";
import type { EventFeed } from "../tasks/event-feed.ts";
import type { TaskLocks } from "../tasks/task-locks.ts";
import type { TaskService } from "../tasks/task-service.ts";
import { openCursorFile } from "../webhooks/cursor-file.ts";
import { startWebhooks, type WebhookService } from "../webhooks/webhook-service.ts";
import { type BackupService, createBackupService } from "./backup-service.ts";
import { runPeriodically } from "./periodically.ts";

/** While a pause waits for running steps, its report should not be long in coming. */
const reviewPeriodMs = 15_000;
const taskFilePeriodMs = 5_000;
const retentionPeriodMs = 600_000;

export interface Upkeep {
  backups: BackupService;
  statistics: StatisticsService;
  reviewPause: ReviewPauseService;
  reviewReports: ReportFiles;
  /** What tells others of events; to be woken when something was appended. */
  webhooks: WebhookService;
  taskFiles: TaskFileService;
  retention: RetentionService;
  /** Begins what happens by itself. Returns what ends it. */
  start(): () => Promise<void>;
}

interface UpkeepParts {
  configuration: Configuration;
  store: TaskStore;
  index: IndexService;
  host: Pick<RepositoryHost, "forgetTasks">;
  locks: TaskLocks;
  pool: Pick<WorkerPool, "counts" | "wake">;
  feed: EventFeed;
  tasks: Pick<TaskService, "submit" | "cancel">;
  redactor: Redactor;
  nowMs: () => number;
  logger: Logger;
}

export function composeUpkeep(parts: UpkeepParts): Upkeep {
  const { configuration, store, index, pool, feed, nowMs, logger } = parts;
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
  const retention = createRetentionService({
    ...{ store, host: parts.host, locks: parts.locks, settings: configuration, dataDirectory, nowMs, logger },
    reportedToMs: async () => (await reviewReports.list())[0]?.toMs ?? null,
  });
  const reviewPause = createReviewPauseService({
    ...{ store, files: reviewReports, everyDays: configuration.reviewEveryDays, nowMs, logger },
    wake: () => pool.wake(),
    leaving: retention.preview,
  });
  const taskFiles = createTaskFileService({
    ...{ store, dataDirectory, repositories: configuration.taskFiles, nowMs, logger },
    submit: parts.tasks.submit,
    cancel: parts.tasks.cancel,
  });
  const webhooks = startWebhooks({
    ...{ webhooks: configuration.webhooks, store, nowMs, logger },
    cursors: openCursorFile(join(dataDirectory, "webhooks.json")),
    onSecret: (secret) => parts.redactor.add([secret]),
  });
  const stopWaking = feed.onAppended(() => webhooks.wake());
  return {
    ...{ taskFiles, webhooks, backups, statistics, reviewPause, reviewReports, retention },
    start() {
      const stopReviews = runPeriodically({
        ...{ name: "review_pause", work: reviewPause.advance, periodMs: reviewPeriodMs, logger },
      });
      const stopTaskFiles = runPeriodically({
        ...{ name: "task_files", work: taskFiles.look, periodMs: taskFilePeriodMs, logger },
      });
      const stopRetention = runPeriodically({
        ...{ name: "retention", work: retention.advance, periodMs: retentionPeriodMs, logger },
      });
      return async () => {
        await Promise.all([stopReviews(), stopTaskFiles(), stopRetention()]);
        stopWaking();
        await webhooks.close();
      };
    },
  };
}
