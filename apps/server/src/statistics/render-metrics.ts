// Which metrics there are: the statistics of work as counters and histograms, and how things stand as gauges. Base units: seconds, bytes.
import { type ServerStatus, TaskState, type WorkStatistics } from "@outpost/protocol";
import type { IndexNumbers } from "./index-numbers.ts";
import { createMetricsText, type MetricsText } from "./prometheus.ts";

export interface MetricsInput {
  version: string;
  tasksByState: Partial<Record<TaskState, number>>;
  workers: ServerStatus["workers"];
  openStreams: number;
  index: IndexNumbers;
  work: WorkStatistics;
  memoryBytes: number;
}

const second = 1000;

export function renderMetrics(input: MetricsInput): string {
  const metrics = createMetricsText();
  const { tasksByState, workers, index, work } = input;
  metrics.gauge("outpost_info", "The version that runs.", [[1, { version: input.version }]]);
  metrics.gauge(
    "outpost_tasks",
    "Tasks by state.",
    TaskState.options.map((state) => [tasksByState[state] ?? 0, { state }]),
  );
  metrics.gauge("outpost_workers", "Worker processes.", [
    [workers.running, { kind: "running" }],
    [workers.limit, { kind: "limit" }],
  ]);
  metrics.counter("outpost_worker_restarts_total", "Workers that were replaced.", [[workers.restarts]]);
  metrics.gauge("outpost_event_streams", "Event streams that are open.", [[input.openStreams]]);
  metrics.gauge("outpost_memory_bytes", "Resident memory of the server's process.", [[input.memoryBytes]]);
  addIndex(metrics, index);
  addRuns(metrics, work);
  addModels(metrics, work);
  addTools(metrics, work);
  return metrics.text();
}

function addIndex(metrics: MetricsText, index: IndexNumbers): void {
  metrics.gauge("outpost_index_files", "Files that are indexed.", [[index.files]]);
  metrics.gauge("outpost_index_chunks", "Chunks that are indexed.", [[index.chunks]]);
  metrics.gauge("outpost_index_bytes", "Size of the index on disk.", [[index.bytes]]);
  metrics.gauge("outpost_index_pending_files", "Files of indexes under way that are not indexed yet.", [
    [index.pendingFiles],
  ]);
  if (index.oldestMs !== null)
    metrics.gauge("outpost_index_age_seconds", "Since the oldest index was brought up to date.", [
      [index.oldestMs / second],
    ]);
}

function addRuns(metrics: MetricsText, work: WorkStatistics): void {
  metrics.counter("outpost_tasks_created_total", "Tasks that were submitted.", [[work.tasksCreated]]);
  metrics.counter("outpost_tasks_started_total", "Tasks whose first run began.", [[work.tasksStarted]]);
  metrics.counter("outpost_tasks_retried_total", "Tasks that were retried at least once.", [[work.tasksRetried]]);
  metrics.counter("outpost_retries_total", "Retries of tasks.", [[work.retries]]);
  metrics.counter("outpost_takeovers_total", "Runs that another worker took over.", [[work.takeovers]]);
  metrics.counter(
    "outpost_runs_ended_total",
    "Runs by outcome.",
    Object.entries(work.runsEnded).map(([outcome, count]) => [count, { outcome }]),
  );
  metrics.histogram("outpost_queue_wait_seconds", "From the queue to a worker.", work.queueWaitMs, second);
  metrics.histogram("outpost_run_seconds", "From the start of a run to its end.", work.runTimeMs, second);
  metrics.histogram("outpost_run_steps", "Steps of a run.", work.stepsPerRun, 1);
  metrics.counter(
    "outpost_stage_seconds_total",
    "Where time went; tests are a part of commands.",
    Object.entries(work.stages).map(([stage, ms]) => [ms / second, { stage }]),
  );
  metrics.counter("outpost_sandbox_seconds_total", "Time of commands in the sandbox.", [
    [work.stages.commands / second],
  ]);
  metrics.counter("outpost_test_seconds_total", "Time of test runs.", [[work.stages.tests / second]]);
  metrics.counter("outpost_test_runs_total", "Test runs by result.", [
    [work.tests.green, { result: "green" }],
    [work.tests.red, { result: "red" }],
  ]);
  metrics.counter("outpost_hit_files_total", "Files shown as hits, and those of them that the run then used.", [
    [work.hits.shown, { kind: "shown" }],
    [work.hits.used, { kind: "used" }],
  ]);
  metrics.counter("outpost_changes_total", "What became of changes.", [
    [work.git.changes, { kind: "proposed" }],
    [Object.values(work.git.applied).reduce((sum, count) => sum + count, 0), { kind: "applied" }],
    [work.git.rejected, { kind: "rejected" }],
    [work.git.reverted, { kind: "reverted" }],
  ]);
}

function addModels(metrics: MetricsText, { models }: WorkStatistics): void {
  const nameOf = ({ provider, name }: { provider: string; name: string }) => ({
    model: provider === "" ? name : `${provider}/${name}`,
  });
  metrics.counter(
    "outpost_model_calls_total",
    "Calls of models that were answered.",
    models.map((model) => [model.calls, nameOf(model)]),
  );
  metrics.counter(
    "outpost_model_tokens_total",
    "Tokens of models as their servers counted them.",
    models.flatMap((model) => [
      [model.promptTokens, { ...nameOf(model), kind: "prompt" }] as const,
      [model.outputTokens, { ...nameOf(model), kind: "output" }] as const,
    ]),
  );
  metrics.counter(
    "outpost_model_seconds_total",
    "Time of model calls.",
    models.map((model) => [model.totalMs / second, nameOf(model)]),
  );
  metrics.gauge(
    "outpost_model_tokens_per_second",
    "Output tokens a second from first to last token, since the server started.",
    models.flatMap((model) =>
      model.writingMs > 0 ? [[(model.writtenTokens * second) / model.writingMs, nameOf(model)] as const] : [],
    ),
  );
  metrics.counter(
    "outpost_model_failures_total",
    "Model calls that failed, by code.",
    models.flatMap((model) =>
      Object.entries(model.failures).map(([code, count]) => [count, { ...nameOf(model), code }] as const),
    ),
  );
}

function addTools(metrics: MetricsText, work: WorkStatistics): void {
  metrics.counter(
    "outpost_tool_calls_total",
    "Tool calls by the policy's verdict.",
    work.toolCalls.map(({ tool, verdict, count }) => [count, { tool, verdict }]),
  );
  metrics.counter("outpost_approvals_total", "Questions to a person, and their decisions.", [
    ...Object.entries(work.approvals).map(([kind, count]) => [count, { kind }] as const),
  ]);
}
