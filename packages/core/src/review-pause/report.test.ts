// The report of a generated week: every number of it is computed again here, in another way, from the plain list of events.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { EventEnvelope, Task, TaskEventOf, TaskEventType, TaskId } from "@outpost/protocol";
import { describe, expect, it } from "vitest";
import { generateWeek } from "../statistics/generated-week.ts";
import { createWorkStatistics } from "../statistics/work-statistics.ts";
import { composeReport } from "./compose-report.ts";
import { recommendationRules } from "./recommend.ts";
import { renderReport } from "./render-report.ts";

const dayMs = 86_400_000;
const fromMs = Date.UTC(2026, 0, 5, 6);
const toMs = fromMs + 7 * dayMs;

type At<Type extends TaskEventType> = EventEnvelope & { event: TaskEventOf<Type> };

const { envelopes } = generateWeek({ seed: 7, tasks: 400, fromMs, toMs });
const week = envelopes.filter(({ atMs }) => atMs >= fromMs && atMs < toMs);
const of = <Type extends TaskEventType>(type: Type, from = week): At<Type>[] =>
  from.filter((envelope): envelope is At<Type> => envelope.event.type === type);
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const tally = (values: readonly string[]): Record<string, number> =>
  Object.fromEntries([...new Set(values)].map((value) => [value, values.filter((other) => other === value).length]));

/** As the server feeds it: what a task did before the week is taken uncounted. */
function statisticsOfWeek() {
  const builder = createWorkStatistics();
  for (const envelope of week) {
    if (envelope.seq > 1 && !builder.knows(envelope.taskId))
      for (const earlier of eventsBefore(envelope)) builder.take(earlier, false);
    builder.take(envelope);
  }
  return builder.result();
}

const byTask = new Map<TaskId, EventEnvelope[]>();
for (const envelope of envelopes) byTask.set(envelope.taskId, [...(byTask.get(envelope.taskId) ?? []), envelope]);
const eventsBefore = ({ taskId, seq }: EventEnvelope): EventEnvelope[] =>
  (byTask.get(taskId) ?? []).filter((other) => other.seq < seq);
const last = <Type extends TaskEventType>(envelope: EventEnvelope, ...types: Type[]): At<Type> | undefined =>
  eventsBefore(envelope).findLast((other): other is At<Type> => (types as string[]).includes(other.event.type));

const work = statisticsOfWeek();
const ended = of("run.finished");

/** Of the run that ends here: from its last start on. */
const runEvents = (end: EventEnvelope): EventEnvelope[] => {
  const start = last(end, "run.started")?.seq ?? 0;
  return eventsBefore(end).filter(({ seq }) => seq >= start);
};

/** From coming into the queue to the next start. A run that is taken over while it runs waited for nothing. */
function waitOf(start: EventEnvelope): number | null {
  const before = last(start, "task.created", "task.queued", "approval.decided", "run.started", "run.resumed");
  const isQueued = before && !["run.started", "run.resumed"].includes(before.event.type);
  return isQueued ? start.atMs - before.atMs : null;
}

describe("the statistics of a generated week", () => {
  it("is of a real amount of work", () => {
    expect(week.length).toBeGreaterThan(5000);
    expect(envelopes.length).toBeGreaterThan(week.length + 500);
  });

  it("count tasks, runs, retries and takeovers", () => {
    expect(work.tasksCreated).toBe(of("task.created").length);
    expect(work.runsStarted).toBe(of("run.started").length);
    expect(work.runsEnded).toEqual(tally(ended.map(({ event }) => event.outcome.type)));
    expect(work.tasksStarted).toBe(of("run.started").filter(({ event }) => event.attempt === 1).length);
    expect(work.retries).toBe(of("task.queued").filter(({ event }) => event.reason === "retry").length);
    expect(work.tasksRetried).toBe(new Set(of("task.queued").map(({ taskId }) => taskId)).size);
    expect(work.takeovers).toBe(of("run.resumed").filter((resumed) => waitOf(resumed) === null).length);
  });

  it("measure waits, runs and steps", () => {
    const waits = [...of("run.started"), ...of("run.resumed")].map(waitOf).filter((wait) => wait !== null);
    expect([work.queueWaitMs.count, work.queueWaitMs.sum]).toEqual([waits.length, sum(waits)]);
    expect(work.queueWaitMs.max).toBe(Math.max(...waits));
    const sorted = waits.toSorted((one, other) => one - other);
    expect(work.queueWaitMs.median).toBe(sorted[Math.ceil(sorted.length / 2) - 1]);
    expect(work.queueWaitMs.p95).toBe(sorted[Math.ceil(sorted.length * 0.95) - 1]);
    for (const { le, count } of work.queueWaitMs.buckets) expect(count).toBe(waits.filter((wait) => wait <= le).length);
    expect(work.stages.queue).toBe(sum(waits));
    const times = ended.map((end) => end.atMs - (last(end, "run.started")?.atMs ?? 0));
    expect([work.runTimeMs.count, work.runTimeMs.sum]).toEqual([times.length, sum(times)]);
    const steps = ended.map((end) => of("step.started", runEvents(end)).length);
    expect([work.stepsPerRun.count, work.stepsPerRun.sum]).toEqual([steps.length, sum(steps)]);
  });

  it("add up models by who was in charge", () => {
    const modelOf = (envelope: EventEnvelope): string => {
      const chosen = last(envelope, "run.started", "model.switched")?.event;
      return (chosen?.type === "run.started" ? chosen.model.name : chosen?.to.name) ?? "";
    };
    const replies = of("model.replied").map((envelope) => ({ name: modelOf(envelope), ...envelope.event.reply.usage }));
    const failed = of("model.failed").map((envelope) => [modelOf(envelope), envelope.event.code] as const);
    expect(work.models.map(({ name }) => name).toSorted()).toEqual(["large", "odd", "small"]);
    for (const model of work.models) {
      const mine = replies.filter(({ name }) => name === model.name);
      const counted = mine.filter(({ firstTokenMs, outputTokens }) => firstTokenMs !== null && outputTokens !== null);
      expect(model).toEqual({
        provider: "ollama",
        name: model.name,
        calls: mine.length,
        promptTokens: sum(mine.map(({ promptTokens }) => promptTokens ?? 0)),
        outputTokens: sum(mine.map(({ outputTokens }) => outputTokens ?? 0)),
        totalMs: sum(mine.map(({ totalMs }) => totalMs)),
        writingMs: sum(counted.map(({ totalMs, firstTokenMs }) => totalMs - (firstTokenMs ?? 0))),
        writtenTokens: sum(counted.map(({ outputTokens }) => outputTokens ?? 0)),
        failures: tally(failed.filter(([name]) => name === model.name).map(([, code]) => code)),
      });
    }
    expect(work.stages.model).toBe(sum(replies.map(({ totalMs }) => totalMs)));
  });

  it("count tools by verdict, tests, their time and the coverage that they print", () => {
    const calls = of("tool.called").map(({ event }) => `${event.name} ${event.verdict}`);
    expect(Object.fromEntries(work.toolCalls.map(({ tool, verdict, count }) => [`${tool} ${verdict}`, count]))).toEqual(
      tally(calls),
    );
    const returned = of("tool.returned");
    const nameOf = (envelope: EventEnvelope) => last(envelope, "tool.called")?.event.name ?? "";
    const timeOf = (isCommand: boolean) =>
      sum(returned.filter((one) => nameOf(one).startsWith("run_") === isCommand).map(({ event }) => event.durationMs));
    expect([work.stages.commands, work.stages.tools]).toEqual([timeOf(true), timeOf(false)]);
    const evidence = returned.flatMap(({ event }) => event.tests);
    expect(work.stages.tests).toBe(sum(evidence.map(({ durationMs }) => durationMs)));
    expect(work.tests).toMatchObject({
      runs: evidence.length,
      green: evidence.filter(({ exitCode }) => exitCode === 0).length,
      red: evidence.filter(({ exitCode }) => exitCode !== 0).length,
      passed: sum(evidence.map(({ passed }) => passed ?? 0)),
      failed: sum(evidence.map(({ failed }) => failed ?? 0)),
      skipped: sum(evidence.map(({ skipped }) => skipped ?? 0)),
    });
    const printed = new Map<TaskId, number>();
    for (const { taskId, event } of returned)
      for (const { outputTail } of event.tests)
        if (outputTail.includes("TOTAL")) printed.set(taskId, Number(/(\d+)%\s*$/.exec(outputTail)?.[1]));
    expect(new Map(work.tests.coverage.slice(0, 200).map(({ taskId, percent }) => [taskId, percent]))).toEqual(
      new Map([...printed].slice(0, 200)),
    );
  });

  it("say which of the files that were shown were used", () => {
    let shown = 0;
    let used = 0;
    for (const end of ended) {
      const events = runEvents(end);
      // A file counts as used when it is touched after it was shown.
      const firstShown = new Map<string, number>();
      for (const { seq, event } of of("step.started", events))
        for (const { path } of event.hits) if (!firstShown.has(path)) firstShown.set(path, seq);
      const touched = events.flatMap(({ seq, event }) => {
        if (event.type === "tool.called") return [[event.arguments["path"], seq] as const];
        return event.type === "tool.returned" ? event.filesTouched.map((path) => [path, seq] as const) : [];
      });
      const { outcome } = end.event;
      const cited = outcome.type === "answered" ? outcome.citations.map(({ path }) => [path, end.seq] as const) : [];
      shown += firstShown.size;
      used += [...firstShown].filter(([path, seq]) =>
        [...touched, ...cited].some(([other, at]) => other === path && at > seq),
      ).length;
    }
    expect(used).toBeGreaterThan(0);
    expect(work.hits).toEqual({ shown, used });
  });

  it("count what became of changes and of questions", () => {
    const changes = of("change.proposed").map(({ event }) => event.change);
    const applied = of("change.applied").map(({ event }) => event);
    expect(work.git).toEqual({
      checkpoints: of("checkpoint.created").length,
      changes: changes.length,
      files: sum(changes.map(({ files }) => files.length)),
      addedLines: sum(changes.map(({ addedLines }) => addedLines)),
      removedLines: sum(changes.map(({ removedLines }) => removedLines)),
      applied: tally(applied.map(({ target }) => target)),
      commits: applied.filter(({ commit }) => commit).length,
      pushes: applied.filter(({ commit }) => commit?.pushedTo === "origin").length,
      rejected: of("change.rejected").length,
      reverted: of("change.reverted").length,
      applyFailed: of("change.apply_failed").length,
    });
    const decided = of("approval.decided").map(({ event }) => event);
    expect(work.approvals).toEqual({
      asked: of("approval.requested").length,
      accepted: decided.filter(({ how, accepted }) => how === "person" && accepted).length,
      refused: decided.filter(({ how, accepted }) => how === "person" && !accepted).length,
      expired: decided.filter(({ how }) => how === "expired").length,
    });
    const thought = of("approval.decided").map((end) => end.atMs - (last(end, "approval.requested")?.atMs ?? 0));
    expect(work.stages.person).toBe(sum(thought));
  });

  it("group what failed and what was denied, the commonest first, with true examples", () => {
    const groups = Object.fromEntries(work.failures.map(({ kind, name, count }) => [`${kind} ${name}`, count]));
    const outcomes = ended.map(({ event }) => event.outcome);
    const broken = of("tool.returned").filter(({ event }) => !event.ok);
    expect(groups).toEqual(
      tally([
        ...outcomes.flatMap((outcome) => (outcome.type === "failed" ? [`run_failed ${outcome.code}`] : [])),
        ...outcomes.flatMap((outcome) => (outcome.type === "stopped" ? [`run_stopped ${outcome.reason}`] : [])),
        ...of("model.failed").map(({ event }) => `model_failed ${event.code}`),
        ...broken.map((envelope) => `tool_failed ${last(envelope, "tool.called")?.event.name}`),
        ...of("change.apply_failed").map(() => "apply_failed conflict"),
      ]),
    );
    expect(work.failures.map(({ count }) => count)).toEqual(
      work.failures.map(({ count }) => count).toSorted((one, other) => other - one),
    );
    const away = work.failures.find(({ kind }) => kind === "run_failed");
    expect(away?.examples[0]?.message).toBe("the model");
    const denied = of("tool.called").filter(({ event }) => event.verdict === "deny");
    expect(Object.fromEntries(work.denied.map(({ call, count }) => [call, count]))).toEqual(
      tally(denied.map(({ event }) => String(event.arguments["command"]))),
    );
    for (const { taskIds, call, rule } of work.denied) {
      expect(rule).toBe("built-in:7");
      for (const id of taskIds)
        expect(denied.some(({ taskId, event }) => taskId === id && event.arguments["command"] === call)).toBe(true);
    }
  });
});

describe("the report", () => {
  const waiting = [...byTask.keys()].slice(0, 60).map(
    (id, index) =>
      ({
        id,
        state: "proposed",
        spec: { instruction: `Mend | part ${index}\nwith care` },
        updatedAtMs: toMs - index * 3_600_000,
        reason: null,
      }) as unknown as Task,
  );
  const report = composeReport({ id: "review-20260112T060000Z", by: "schedule", fromMs, toMs, work, waiting });
  const markdown = renderReport(report);

  it("has throughput and success of the runs that ended", () => {
    const outcomes = tally(ended.map(({ event }) => event.outcome.type));
    const judged = ended.length - (outcomes["cancelled"] ?? 0);
    const succeeded = (outcomes["answered"] ?? 0) + (outcomes["proposed"] ?? 0) + (outcomes["finished"] ?? 0);
    expect(report.runsPerDay).toBeCloseTo(ended.length / 7, 9);
    expect(report.successRate).toBeCloseTo(succeeded / judged, 9);
    expect([report.waitingTotal, report.waiting.length, report.waiting[0]?.taskId]).toEqual([60, 50, waiting[59]?.id]);
  });

  it("recommends by its rules and by nothing else", () => {
    const spoke = report.recommendations.map(({ rule }) => rule);
    expect(spoke).toContain("step_limit");
    expect(spoke).toContain("often_denied");
    expect(spoke).toContain("expired_questions");
    expect(spoke).not.toContain("untested");
    const nothing = createWorkStatistics().result();
    const quiet = composeReport({ id: report.id, by: "ada", fromMs, toMs, work: nothing, waiting: [] });
    expect(quiet.recommendations).toEqual([]);
    expect(renderReport(quiet)).toContain("Nothing stands out.");
  });

  it("is Markdown that gives the numbers, and in which foreign text steers nothing", async () => {
    expect(markdown).toContain(`**${work.tasksCreated} tasks** came in over 7 days`);
    expect(markdown).toContain("| Mend \\| part 59 |");
    expect(markdown).not.toMatch(/undefined|NaN|null|\[object/);
    for (const table of markdown.split("\n\n").filter((block) => block.startsWith("| "))) {
      const widths = table
        .split("\n")
        .filter((line) => line.startsWith("|"))
        .map((line) => line.replaceAll("\\|", "").split("|").length);
      expect(new Set(widths).size).toBe(1);
    }
    await expect(markdown).toMatchFileSnapshot(fileURLToPath(new URL("./example-report.md", import.meta.url)));
  });

  it("says what goes before the next review, and what has gone already", () => {
    const given = { id: "review-20260112T060000Z", by: "schedule", fromMs, toMs, work, waiting: [] };
    const text = renderReport(
      composeReport({ ...given, leaving: { tasks: 1200, applied: 3 }, removedThroughMs: fromMs + dayMs }),
    );
    expect(text).toContain("1,200 ended tasks become too old before the next review");
    expect(text).toContain("3 of them have an applied change that Outpost can then no longer revert");
    expect(text).toContain("**Events up to 2026-01-06");
    const whole = composeReport({ ...given, leaving: { tasks: 0, applied: 0 }, removedThroughMs: fromMs - 1 });
    expect(renderReport(whole)).not.toMatch(/too old|were removed/);
  });

  it("states its rules in the documentation", () => {
    const page = readFileSync(fileURLToPath(new URL("../../../../docs/review-pause.md", import.meta.url)), "utf8");
    for (const { name, condition } of recommendationRules) expect(page).toContain(`| \`${name}\` | ${condition} |`);
  });
});
