// Does something again and again: one round at a time, the first at once; a failing one is logged and tried again.
import type { Logger } from "pino";

export interface Periodic {
  /** For the log. */
  name: string;
  work(): Promise<void>;
  periodMs: number;
  logger: Logger;
}

/** Returns what ends it; resolves when no round is under way any more. */
export function runPeriodically({ name, work, periodMs, logger }: Periodic): () => Promise<void> {
  let round: Promise<void> | null = null;
  const begin = (): void => {
    round ??= work()
      .catch((error: unknown) => logger.error({ err: error, name }, "periodic.failed"))
      .finally(() => {
        round = null;
      });
  };
  const timer = setInterval(begin, periodMs);
  timer.unref();
  begin();
  return async () => {
    clearInterval(timer);
    await round;
  };
}
