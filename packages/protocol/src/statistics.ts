// What the work of a time came to: numbers that are computed from the event log and nothing else.
import { z } from "zod";
import { TaskId } from "./ids.ts";
import { ModelName } from "./model.ts";
import { TaskState } from "./task-states.ts";

/** Of times or counts. Percentiles are of the first 10,000 values; null: there are none. */
export const Distribution = z.object({
  count: z.int(),
  sum: z.number(),
  max: z.number(),
  median: z.number().nullable(),
  p95: z.number().nullable(),
  /** How many values were at most `le`, ascending; for histograms. */
  buckets: z.array(z.object({ le: z.number(), count: z.int() })),
});
export type Distribution = z.infer<typeof Distribution>;

const counts = z.record(z.string(), z.int());

export const ModelWork = ModelName.extend({
  calls: z.int(),
  promptTokens: z.int(),
  outputTokens: z.int(),
  totalMs: z.int(),
  /** Of calls whose output was counted: from first to last token. */
  writingMs: z.int(),
  writtenTokens: z.int(),
  /** Calls that failed, by code. */
  failures: counts,
});
export type ModelWork = z.infer<typeof ModelWork>;

export const FailureKind = z.enum(["run_failed", "run_stopped", "model_failed", "tool_failed", "apply_failed"]);
export const FailureGroup = z.object({
  kind: FailureKind,
  /** What they have in common: a code, a reason, a tool's name. */
  name: z.string(),
  count: z.int(),
  /** The first ones. */
  examples: z.array(z.object({ taskId: TaskId, message: z.string() })),
});
export type FailureGroup = z.infer<typeof FailureGroup>;

export const DeniedCall = z.object({
  tool: z.string(),
  /** The command, or the arguments as JSON; cut. */
  call: z.string(),
  rule: z.string().nullable(),
  count: z.int(),
  taskIds: z.array(TaskId),
});
export type DeniedCall = z.infer<typeof DeniedCall>;

/** Where time went, in milliseconds. `tests` is a part of `commands`; `person`: from a question to its decision. */
export const StageTimes = z.object({
  queue: z.int(),
  model: z.int(),
  tools: z.int(),
  commands: z.int(),
  tests: z.int(),
  person: z.int(),
});
export type StageTimes = z.infer<typeof StageTimes>;

export const WorkStatistics = z.object({
  tasksCreated: z.int(),
  /** Runs that were begun; those taken over from a worker that died count once. */
  runsStarted: z.int(),
  /** How runs ended, by the outcome's type. */
  runsEnded: counts,
  tasksStarted: z.int(),
  tasksRetried: z.int(),
  retries: z.int(),
  /** Runs that another worker took over. */
  takeovers: z.int(),
  queueWaitMs: Distribution,
  runTimeMs: Distribution,
  stepsPerRun: Distribution,
  stages: StageTimes,
  models: z.array(ModelWork),
  toolCalls: z.array(z.object({ tool: z.string(), verdict: z.enum(["allow", "ask", "deny"]), count: z.int() })),
  tests: z.object({
    runs: z.int(),
    green: z.int(),
    red: z.int(),
    passed: z.int(),
    failed: z.int(),
    skipped: z.int(),
    /** As test runs printed it, the last of each task, in percent. */
    coverage: z.array(z.object({ taskId: TaskId, percent: z.number() })),
  }),
  /** Files that were shown as hits, counted once a run, and how many of them the run then read, changed or cited. */
  hits: z.object({ shown: z.int(), used: z.int() }),
  git: z.object({
    checkpoints: z.int(),
    changes: z.int(),
    files: z.int(),
    addedLines: z.int(),
    removedLines: z.int(),
    applied: counts,
    commits: z.int(),
    pushes: z.int(),
    rejected: z.int(),
    reverted: z.int(),
    applyFailed: z.int(),
  }),
  approvals: z.object({ asked: z.int(), accepted: z.int(), refused: z.int(), expired: z.int() }),
  failures: z.array(FailureGroup),
  denied: z.array(DeniedCall),
});
export type WorkStatistics = z.infer<typeof WorkStatistics>;

export const ShowStatisticsQuery = z.strictObject({
  /** The time that it is about, up to now. */
  days: z.coerce.number().min(0.01).max(366).default(7),
});
export type ShowStatisticsQuery = z.infer<typeof ShowStatisticsQuery>;

export const StatisticsReply = z.object({
  fromMs: z.int(),
  toMs: z.int(),
  tasksByState: z.partialRecord(TaskState, z.int()),
  /** Events up to it are not all there any more, so that the numbers are too small; null or absent: all are. */
  incompleteBeforeMs: z.int().nullable().optional(),
  /** Of the database of tasks, in bytes: its size, and what of it is unused. */
  database: z.object({ bytes: z.int(), freeBytes: z.int(), oldestEventMs: z.int().nullable() }).optional(),
  work: WorkStatistics,
  index: z.object({
    repositories: z.int(),
    files: z.int(),
    chunks: z.int(),
    bytes: z.int(),
    /** Since the oldest of the indexes was brought up to date; null: there is none. */
    oldestMs: z.int().nullable(),
    pendingFiles: z.int(),
  }),
});
export type StatisticsReply = z.infer<typeof StatisticsReply>;
