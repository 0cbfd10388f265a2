// The review pause: the periodic stop of the queue, with a report of what the work since the last one came to, until a person resumes it.
import { z } from "zod";
import { TaskId } from "./ids.ts";
import { WorkStatistics } from "./statistics.ts";
import { TaskState } from "./task-states.ts";

export const reviewIdPattern = /^review-\d{8}T\d{6}Z$/;
export const ReviewId = z.string().regex(reviewIdPattern, "expected an id like review-20260105T060000Z");
export type ReviewId = z.infer<typeof ReviewId>;

/** A task that goes no further until a person does something. */
export const WaitingTask = z.object({
  taskId: TaskId,
  state: TaskState,
  /** The first line of its instruction, cut. */
  instruction: z.string(),
  sinceMs: z.int(),
  /** What it waits for, where that is known. */
  reason: z.string().nullable(),
});
export type WaitingTask = z.infer<typeof WaitingTask>;

/** `rule`: which one spoke; each is stated in `docs/review-pause.md`. */
export const Recommendation = z.object({ rule: z.string(), text: z.string() });
export type Recommendation = z.infer<typeof Recommendation>;

export const ReviewReport = z.object({
  id: ReviewId,
  by: z.string(),
  fromMs: z.int(),
  toMs: z.int(),
  /** Runs that ended, a day. */
  runsPerDay: z.number(),
  /** Of runs that ended otherwise than cancelled: answered, proposed or finished; null: none ended. */
  successRate: z.number().nullable(),
  work: WorkStatistics,
  /** The longest waiting first. */
  waiting: z.array(WaitingTask),
  waitingTotal: z.int(),
  /** Ended tasks that go before the next review, as they get too old. `applied`: of them, those with a change that can then not be reverted. */
  leaving: z.object({ tasks: z.int(), applied: z.int() }).optional(),
  /** Events before it are not all there any more, so that the numbers are too small; absent: all are. */
  incompleteBeforeMs: z.int().optional(),
  recommendations: z.array(Recommendation),
});
export type ReviewReport = z.infer<typeof ReviewReport>;

export const Review = ReviewReport.pick({
  id: true,
  by: true,
  fromMs: true,
  toMs: true,
  runsPerDay: true,
  successRate: true,
});
export type Review = z.infer<typeof Review>;

/** `pausing`: running steps are finished; `waiting`: the report is there, a person resumes. Null: there is no review pause now. */
export const ReviewPauseState = z.object({
  current: z.object({ id: ReviewId, state: z.enum(["pausing", "waiting"]), sinceMs: z.int() }).nullable(),
  /** When the next one begins by itself; null: never. */
  nextAtMs: z.int().nullable(),
  /** Newest first. */
  reviews: z.array(Review),
});
export type ReviewPauseState = z.infer<typeof ReviewPauseState>;

export const ReviewDocument = z.object({ report: ReviewReport, markdown: z.string() });
export type ReviewDocument = z.infer<typeof ReviewDocument>;
