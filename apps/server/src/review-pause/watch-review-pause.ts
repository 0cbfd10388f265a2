// Looks now and then whether a review pause is due, or its report is. One look at a time; a failing one is logged and tried again.
import type { Logger } from "pino";
import type { ReviewPauseService } from "./review-pause-service.ts";

/** While a pause waits for running steps, its report should not be long in coming. */
const periodMs = 15_000;

/** Returns what ends it; resolves when no look is under way any more. */
export function watchReviewPause(service: ReviewPauseService, logger: Logger): () => Promise<void> {
  let looking: Promise<void> | null = null;
  const look = (): void => {
    looking ??= service
      .advance()
      .catch((error: unknown) => logger.error({ err: error }, "review_pause.failed"))
      .finally(() => {
        looking = null;
      });
  };
  const timer = setInterval(look, periodMs);
  timer.unref();
  look();
  return async () => {
    clearInterval(timer);
    await looking;
  };
}
