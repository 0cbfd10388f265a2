// Looks now and then for approvals that nobody decided in time. What time it is comes in with the service.
import type { Logger } from "pino";
import type { ApprovalService } from "./approval-service.ts";

const sweepMs = 1000;

/** Begins at once. The function returned ends it, and resolves when no sweep is under way. */
export function watchExpiry(approvals: Pick<ApprovalService, "expireDue">, logger: Logger): () => Promise<void> {
  let sweep: Promise<void> | null = null;
  const look = (): void => {
    sweep ??= approvals
      .expireDue()
      .then(
        (count) => void (count > 0 && logger.info({ count }, "approvals.expired")),
        (error) => logger.error({ err: error }, "expiry.failed"),
      )
      .finally(() => {
        sweep = null;
      });
  };
  look();
  const timer = setInterval(look, sweepMs);
  return async () => {
    clearInterval(timer);
    await sweep;
  };
}
