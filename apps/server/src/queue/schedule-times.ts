// When a schedule's next time is. Pure: the same schedule and time give the same answer.
import { type CreateScheduleRequest, OutpostError } from "@outpost/protocol";
import { Cron } from "croner";

type Times = Pick<CreateScheduleRequest, "cron" | "everyMs" | "timeZone">;

/** More often than this nobody needs, and a slip of the pen fills the queue. */
const minIntervalMs = 60_000;

/** The first time after `afterMs`, in epoch milliseconds; null: there is none. `originMs`: what an interval counts from. */
export function nextTime({ cron, everyMs, timeZone }: Times, originMs: number, afterMs: number): number | null {
  if (everyMs !== undefined) return originMs + (Math.floor((afterMs - originMs) / everyMs) + 1) * everyMs;
  return cron === undefined ? null : (parse(cron, timeZone).nextRun(new Date(afterMs))?.getTime() ?? null);
}

/** Throws `invalid_input` for what is no schedule, never comes, or comes too often. */
export function assertTimes(times: Times, nowMs: number): void {
  const { cron, timeZone } = times;
  if (cron === undefined) return;
  const coming = parse(cron, timeZone).nextRuns(20, new Date(nowMs));
  if (coming.length === 0) throw new OutpostError("invalid_input", `the schedule "${cron}" never comes`);
  const isTooOften = coming.some((time, index) => {
    const before = coming[index - 1];
    return before !== undefined && time.getTime() - before.getTime() < minIntervalMs;
  });
  if (isTooOften)
    throw new OutpostError(
      "invalid_input",
      `the schedule "${cron}" comes more often than once a minute; give a longer one`,
    );
}

function parse(cron: string, timeZone: string): Cron {
  try {
    // Checked by itself: the expression alone is read without it.
    new Intl.DateTimeFormat("en", { timeZone });
    return new Cron(cron, { timezone: timeZone, paused: true });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const message = `"${cron}" in time zone "${timeZone}" is no schedule (${reason}); like "0 3 * * 1-5": minute, hour, day, month, weekday`;
    throw new OutpostError("invalid_input", message, { cause });
  }
}
