// The review pause: holds the queue, waits until nobody works, writes the report, and stands until a person resumes. The pause is in the
// store, so a server that is killed in the middle goes on with it when it starts again.
import { composeReport, renderReport, type TaskStore } from "@outpost/core";
import { OutpostError, type QueuePause, type ReviewPauseState, type Task, type TaskState } from "@outpost/protocol";
import type { Logger } from "pino";
import { readWork } from "../statistics/statistics-service.ts";
import type { ReportFiles } from "./report-files.ts";

export interface ReviewPausePorts {
  store: TaskStore;
  files: ReportFiles;
  /** 0: never by itself. */
  everyDays: number;
  nowMs: () => number;
  /** Ended tasks that will be removable at a time, when a report covers all until `reportedToMs`. */
  leaving(atMs: number, reportedToMs: number): Promise<{ tasks: number; applied: number }>;
  /** Something may be begun again. */
  wake(): void;
  logger: Logger;
}

export interface ReviewPauseService {
  show(): Promise<ReviewPauseState>;
  /** Rejects with `conflict` while there is one. */
  begin(by: string): Promise<ReviewPauseState>;
  /** Rejects with `conflict` when there is none. */
  resume(): Promise<ReviewPauseState>;
  /** What has to happen by now: a pause begun that is due, a report written that is waited for. To be called now and then, never twice at once. */
  advance(): Promise<void>;
}

const dayMs = 86_400_000;
const shownReviews = 20;
/** A worker that is in the middle of a step may need this long to let go; then the report is written without it. */
const maxPausingMs = 1_800_000;
const waitingStates: readonly TaskState[] = ["waiting", "proposed", "paused", "blocked", "dead"];
const maxWaiting = 1000;
const scheduledBy = "schedule";

export function createReviewPauseService(ports: ReviewPausePorts): ReviewPauseService {
  const { store, files, nowMs } = ports;
  const dueAfterMs = ports.everyDays * dayMs;
  /** The end of the last report; null: not looked up, or there is none. */
  let lastToMs: number | null = null;

  const findPause = async (): Promise<QueuePause | null> =>
    (await store.listPauses()).find(({ repositoryId }) => repositoryId === null) ?? null;
  const findReview = async (): Promise<QueuePause | null> => {
    const pause = await findPause();
    return pause?.kind === "review" ? pause : null;
  };

  /** Where the next report begins: at the end of the last one, or with the first event. Null: nothing happened yet. */
  async function reportsFrom(): Promise<number | null> {
    lastToMs ??= (await files.list())[0]?.toMs ?? null;
    if (lastToMs !== null) return lastToMs;
    const [first] = await store.readAllEvents(0, 1);
    return first?.atMs ?? null;
  }

  async function pause(by: string): Promise<void> {
    const atMs = nowMs();
    const standing = await findPause();
    if (standing?.kind === "review")
      throw new OutpostError(
        "conflict",
        `the queue stands for ${idOf(standing.atMs)} already; see outpost review-pause show`,
      );
    // The pause of a person stays as it is: only the report is written.
    if (standing) await writeReport(idOf(atMs), by, atMs);
    else {
      const reason = `review pause; see the report, then: outpost review-pause resume`;
      await store.pauseQueue({ repositoryId: null, kind: "review", by, reason, atMs });
    }
    ports.logger.info({ by }, "review_pause.begun");
  }

  async function writeReport(id: string, by: string, toMs: number): Promise<void> {
    const fromMs = (await reportsFrom()) ?? toMs;
    const [work, waiting, { removed }] = await Promise.all([
      readWork(store, fromMs, toMs),
      listWaiting(),
      store.describeKept(),
    ]);
    const leaving = dueAfterMs === 0 ? {} : { leaving: await ports.leaving(toMs + dueAfterMs, toMs) };
    const kept = { ...leaving, removedThroughMs: removed.throughMs };
    const report = composeReport({ id, by, fromMs, toMs, work, waiting, ...kept });
    await files.write({ report, markdown: renderReport(report) });
    lastToMs = toMs;
    ports.logger.info({ review: id, waiting: report.waitingTotal }, "review_pause.reported");
  }

  async function listWaiting(): Promise<Task[]> {
    const pages = await Promise.all(waitingStates.map((state) => store.listTasks({ state, limit: maxWaiting })));
    return pages.flatMap(({ items }) => items);
  }

  /** The report is of the time until nobody works any more. */
  async function report(review: QueuePause): Promise<void> {
    const id = idOf(review.atMs);
    if (await files.has(id)) return;
    const isPatient = nowMs() - review.atMs < maxPausingMs;
    if (isPatient && (await store.listWorkers(nowMs())).length > 0) return;
    await writeReport(id, review.by, nowMs());
  }

  async function isDue(): Promise<boolean> {
    if (dueAfterMs === 0) return false;
    const fromMs = await reportsFrom();
    if (fromMs === null || nowMs() - fromMs < dueAfterMs) return false;
    // An idle server never stands.
    return (await readWork(store, fromMs, nowMs())).runsStarted > 0;
  }

  const service: ReviewPauseService = {
    async show() {
      const [reports, review, fromMs] = await Promise.all([files.list(), findReview(), reportsFrom()]);
      const id = review && idOf(review.atMs);
      const isReported = reports.some((one) => one.id === id);
      return {
        current: review && id ? { id, state: isReported ? "waiting" : "pausing", sinceMs: review.atMs } : null,
        nextAtMs: dueAfterMs === 0 || fromMs === null ? null : fromMs + dueAfterMs,
        reviews: reports.slice(0, shownReviews),
      };
    },
    async begin(by) {
      await pause(by);
      await service.advance();
      return service.show();
    },
    async resume() {
      if ((await findReview()) === null)
        throw new OutpostError("conflict", "the queue does not stand for a review; outpost queue says what holds it");
      await store.resumeQueue(null);
      ports.wake();
      return service.show();
    },
    async advance() {
      const standing = await findPause();
      if (standing?.kind === "review") await report(standing);
      else if (await isDue()) {
        await pause(scheduledBy);
        const begun = await findReview();
        if (begun) await report(begun);
      }
    },
  };
  return service;
}

/** `review-20260105T060000Z`. */
export function idOf(atMs: number): string {
  return `review-${new Date(atMs).toISOString().replaceAll(/[-:]|\.\d+/g, "")}`;
}
