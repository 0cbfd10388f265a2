// What each event adds to the statistics, given what is remembered of its task. Changes counters only, never the task's track but for
// the files that an answer cites.
import type {
  EventEnvelope,
  ModelUsage,
  ModelWork,
  TaskEvent,
  TaskEventOf,
  TaskId,
  WorkStatistics,
} from "@outpost/protocol";
import { createDistribution } from "./distribution.ts";
import { createFailures } from "./failures.ts";
import { addTo, createGroups } from "./grouped.ts";
import { noteUse, type TaskTrack } from "./task-track.ts";
import { createTestCounts } from "./test-counts.ts";

type Counted = Pick<EventEnvelope, "taskId" | "event" | "atMs">;

const second = 1000;
const waitBounds = [1, 5, 15, 60, 300, 900, 3600, 14_400, 86_400].map((seconds) => seconds * second);
const runBounds = [5, 15, 60, 300, 900, 1800, 3600, 14_400].map((seconds) => seconds * second);
const stepBounds = [1, 2, 5, 10, 20, 40, 80];
const maxModels = 50;
const maxTools = 100;
const maxRetried = 100_000;

export function createCounters() {
  const queueWait = createDistribution(waitBounds);
  const runTime = createDistribution(runBounds);
  const stepsPerRun = createDistribution(stepBounds);
  const models = createGroups<ModelWork>(maxModels, emptyModel);
  const toolCalls = createGroups(maxTools, () => ({ allow: 0, ask: 0, deny: 0 }));
  const failures = createFailures();
  const tests = createTestCounts();
  const plain = emptyCounts();
  const retried = new Set<TaskId>();

  function count({ taskId, event, atMs }: Counted, track: TaskTrack): void {
    switch (event.type) {
      case "task.created":
        plain.tasksCreated += 1;
        return;
      case "task.queued":
        if (event.reason === "retry") noteRetry(taskId);
        return;
      case "run.started":
        plain.runsStarted += 1;
        if (event.attempt === 1) plain.tasksStarted += 1;
        noteWait(track, atMs);
        return;
      case "run.resumed":
        if (track.queuedAtMs === null) plain.takeovers += 1;
        noteWait(track, atMs);
        return;
      case "run.finished":
        noteEnd(taskId, event, track, atMs);
        return;
      case "step.started":
        if (event.expansion?.usage !== undefined) noteCall(track, event.expansion.usage);
        return;
      case "model.replied":
        noteCall(track, event.reply.usage);
        return;
      case "model.failed":
        addTo(models.of(keyOf(track)).failures, event.code);
        failures.note("model_failed", event.code, taskId, event.message);
        return;
      case "tool.called":
        toolCalls.of(event.name)[event.verdict] += 1;
        if (event.verdict === "deny") failures.noteDenied(event, taskId);
        return;
      case "tool.returned":
        noteReturned(taskId, event, track);
        return;
      case "change.verified":
        for (const evidence of event.tests) tests.add(evidence, taskId);
        plain.stages.tests += sumOf(event.tests);
        plain.stages.commands += sumOf(event.tests);
        return;
      case "approval.requested":
        plain.approvals.asked += 1;
        return;
      case "approval.decided":
        noteDecision(event, track, atMs);
        return;
      default:
        countGit(plain.git, event, (message) => failures.note("apply_failed", "conflict", taskId, message));
    }
  }

  function noteCall(track: TaskTrack, usage: ModelUsage): void {
    addUsage(models.of(keyOf(track)), usage);
    plain.stages.model += usage.totalMs;
  }

  /** A task that failed is forgotten otherwise. */
  function noteRetry(taskId: TaskId): void {
    plain.retries += 1;
    if (retried.has(taskId)) return;
    if (retried.size < maxRetried) retried.add(taskId);
    plain.tasksRetried += 1;
  }

  function noteWait({ queuedAtMs }: TaskTrack, atMs: number): void {
    if (queuedAtMs === null) return;
    const waitMs = Math.max(0, atMs - queuedAtMs);
    queueWait.add(waitMs);
    plain.stages.queue += waitMs;
  }

  function noteEnd(taskId: TaskId, { outcome }: TaskEventOf<"run.finished">, track: TaskTrack, atMs: number): void {
    addTo(plain.runsEnded, outcome.type);
    if (track.startedAtMs !== null) {
      runTime.add(Math.max(0, atMs - track.startedAtMs));
      stepsPerRun.add(track.steps);
    }
    if (outcome.type === "answered") for (const { path } of outcome.citations) noteUse(track, path);
    plain.hits.shown += track.shown.size;
    plain.hits.used += track.used.size;
    if (outcome.type === "failed") failures.note("run_failed", outcome.code, taskId, outcome.message);
    if (outcome.type === "stopped") failures.note("run_stopped", outcome.reason, taskId, outcome.message);
  }

  function noteReturned(taskId: TaskId, event: TaskEventOf<"tool.returned">, track: TaskTrack): void {
    const name = track.calls.get(event.callId) ?? "other";
    for (const evidence of event.tests) tests.add(evidence, taskId);
    plain.stages.tests += sumOf(event.tests);
    if (track.effects.get(name) === "command") plain.stages.commands += event.durationMs;
    else plain.stages.tools += event.durationMs;
    if (!event.ok && !event.interrupted) failures.note("tool_failed", name, taskId, event.observation);
  }

  function noteDecision(event: TaskEventOf<"approval.decided">, track: TaskTrack, atMs: number): void {
    const askedAtMs = track.asked.get(event.approvalId);
    if (askedAtMs !== undefined) plain.stages.person += Math.max(0, atMs - askedAtMs);
    plain.approvals[event.how === "expired" ? "expired" : event.accepted ? "accepted" : "refused"] += 1;
  }

  function result(): WorkStatistics {
    const calls = toolCalls
      .all()
      .flatMap(([tool, verdicts]) =>
        (["allow", "ask", "deny"] as const).flatMap((verdict) =>
          verdicts[verdict] > 0 ? [{ tool, verdict, count: verdicts[verdict] }] : [],
        ),
      );
    return structuredClone({
      ...plain,
      queueWaitMs: queueWait.result(),
      runTimeMs: runTime.result(),
      stepsPerRun: stepsPerRun.result(),
      models: models.all().map(([, model]) => model),
      toolCalls: calls,
      tests: tests.result(),
      ...failures.result(),
    });
  }

  return { count, result };
}

function emptyCounts() {
  return {
    tasksCreated: 0,
    runsStarted: 0,
    runsEnded: {} as Record<string, number>,
    tasksStarted: 0,
    tasksRetried: 0,
    retries: 0,
    takeovers: 0,
    stages: { queue: 0, model: 0, tools: 0, commands: 0, tests: 0, person: 0 },
    hits: { shown: 0, used: 0 },
    git: {
      checkpoints: 0,
      changes: 0,
      files: 0,
      addedLines: 0,
      removedLines: 0,
      applied: {} as Record<string, number>,
      commits: 0,
      pushes: 0,
      rejected: 0,
      reverted: 0,
      applyFailed: 0,
    },
    approvals: { asked: 0, accepted: 0, refused: 0, expired: 0 },
  };
}
type PlainCounts = ReturnType<typeof emptyCounts>;

const keyOf = ({ model }: TaskTrack): string => JSON.stringify([model.provider, model.name]);

function emptyModel(key: string): ModelWork {
  const [provider = "", name = ""] = key.startsWith("[") ? (JSON.parse(key) as string[]) : ["", key];
  return {
    provider,
    name,
    calls: 0,
    promptTokens: 0,
    outputTokens: 0,
    totalMs: 0,
    writingMs: 0,
    writtenTokens: 0,
    failures: {},
  };
}

function addUsage(model: ModelWork, usage: ModelUsage): void {
  model.calls += 1;
  model.promptTokens += usage.promptTokens ?? 0;
  model.outputTokens += usage.outputTokens ?? 0;
  model.totalMs += usage.totalMs;
  if (usage.firstTokenMs === null || usage.outputTokens === null) return;
  model.writingMs += Math.max(0, usage.totalMs - usage.firstTokenMs);
  model.writtenTokens += usage.outputTokens;
}

function countGit(git: PlainCounts["git"], event: TaskEvent, noteConflict: (message: string) => void): void {
  switch (event.type) {
    case "checkpoint.created":
      git.checkpoints += 1;
      return;
    case "change.proposed":
      git.changes += 1;
      git.files += event.change.files.length;
      git.addedLines += event.change.addedLines;
      git.removedLines += event.change.removedLines;
      return;
    case "change.applied":
      addTo(git.applied, event.target);
      git.commits += event.commit ? 1 : 0;
      git.pushes += event.commit?.pushedTo ? 1 : 0;
      return;
    case "change.rejected":
      git.rejected += 1;
      return;
    case "change.reverted":
      git.reverted += 1;
      return;
    case "change.apply_failed":
      git.applyFailed += 1;
      noteConflict(event.conflicts[0]?.reason ?? "");
      return;
    default:
      return;
  }
}

function sumOf(tests: readonly { durationMs: number }[]): number {
  return tests.reduce((sum, { durationMs }) => sum + durationMs, 0);
}
