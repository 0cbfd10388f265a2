// Which ended tasks may go, as times. Pure. Nothing goes within two review periods, nor what no report has covered yet; the latter for a year
// at most, so that a server whose queue stands for ever is bounded too.
export interface RetentionSettings {
  /** 0: never by age. */
  keptTaskDays: number;
  keptTasks: number;
  /** 0: reviews come only when they are asked for. */
  reviewEveryDays: number;
}

export interface RetentionTimes {
  /** Tasks whose last event is older may go. */
  endedBeforeMs: number;
  /** Of those that are too many, if their last event is older. */
  surplusBeforeMs: number;
}

const dayMs = 86_400_000;
const maxUnreportedMs = 366 * dayMs;

/** `reportedToMs`: the end of the last report; null: there is none yet. */
export function planRetention(
  { keptTaskDays, reviewEveryDays }: RetentionSettings,
  reportedToMs: number | null,
  nowMs: number,
): RetentionTimes {
  const periodsMs = nowMs - Math.max(1, 2 * reviewEveryDays) * dayMs;
  const reportedMs = reviewEveryDays === 0 ? nowMs : Math.max(reportedToMs ?? 0, nowMs - maxUnreportedMs);
  const surplusBeforeMs = Math.min(periodsMs, reportedMs);
  const endedBeforeMs = keptTaskDays === 0 ? 0 : Math.min(nowMs - keptTaskDays * dayMs, surplusBeforeMs);
  return { endedBeforeMs, surplusBeforeMs };
}
