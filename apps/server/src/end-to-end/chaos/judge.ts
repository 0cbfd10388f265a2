// What must hold of each task's log after the chaos, and what is counted over all. Reads only.
import type { EventEnvelope, TaskId } from "@outpost/protocol";
import { eventsOf } from "../follow-task.ts";
import type { Killer } from "./killer.ts";
import { chaos } from "./settings.ts";

/** A request that came to the model. */
export interface AskedOf {
  number: number;
  answersBefore: number;
  atMs: number;
}

export interface Counts {
  /** Answers that were stored and asked for once more. */
  paidTwice: number;
  /** Answers that nobody was there to store: their worker died first. */
  lostAnswers: number;
  resumed: number;
  interrupted: number;
  /** Runs beyond each task's first. */
  furtherRuns: number;
}

/** What is wrong with one task's log; a run that was begun anew may ask and call anew. */
export function problemsOf(events: readonly EventEnvelope[]): string[] {
  const problems: string[] = [];
  if (events.some(({ seq }, index) => seq !== index + 1)) problems.push("its events have gaps");
  for (const run of runsOf(events)) {
    if (hasRepeats(eventsOf(run, "model.replied").map(({ step }) => step))) problems.push("an answer is there twice");
    if (hasRepeats(eventsOf(run, "tool.returned").map(({ callId }) => callId))) problems.push("a call returned twice");
  }
  const applied = eventsOf(events, "change.applied").length;
  if (applied !== 1) problems.push(`its change was applied ${applied} times`);
  return problems;
}

export function countAll(logs: ReadonlyMap<number, EventEnvelope[]>, asked: readonly AskedOf[]): Counts {
  const counts: Counts = { paidTwice: 0, lostAnswers: 0, resumed: 0, interrupted: 0, furtherRuns: 0 };
  for (const [number, events] of logs) {
    const runs = runsOf(events);
    counts.furtherRuns += runs.length - 1;
    counts.resumed += eventsOf(events, "run.resumed").length;
    counts.interrupted += eventsOf(events, "tool.returned").filter(({ interrupted }) => interrupted).length;
    const mine = asked.filter((one) => one.number === number);
    counts.lostAnswers += mine.length - eventsOf(events, "model.replied").length;
    if (runs.length > 1) continue;
    const stored = events.filter(({ event }) => event.type === "model.replied");
    counts.paidTwice += mine.filter(
      ({ answersBefore, atMs }) => atMs > (stored[answersBefore]?.atMs ?? Number.POSITIVE_INFINITY),
    ).length;
  }
  return counts;
}

function runsOf(events: readonly EventEnvelope[]): EventEnvelope[][] {
  const runs: EventEnvelope[][] = [];
  for (const envelope of events) {
    if (envelope.event.type === "run.started") runs.push([]);
    runs.at(-1)?.push(envelope);
  }
  return runs;
}

const hasRepeats = (values: readonly unknown[]): boolean => new Set(values).size !== values.length;

/** How long what was killed under its worker waited for the next one, but for those whose server was gone meanwhile. Sorted. */
export function waitsOf({ orphans, outages }: Killer, logs: ReadonlyMap<TaskId, EventEnvelope[]>): number[] {
  const waits = orphans.flatMap(({ taskId, atMs }) => {
    const resumed = logs.get(taskId)?.find((envelope) => envelope.event.type === "run.resumed" && envelope.atMs > atMs);
    const started = logs.get(taskId)?.some(({ event, atMs: at }) => event.type === "run.started" && at <= atMs);
    if (!resumed || !started) return [];
    const isOutage = outages.some(({ fromMs, untilMs }) => fromMs < resumed.atMs && untilMs + 3000 > atMs);
    return isOutage ? [] : [resumed.atMs - atMs];
  });
  return waits.toSorted((left, right) => left - right);
}

export function describeRun(
  killer: Killer,
  counts: Counts,
  { durationMs, waits, commits }: { durationMs: number; waits: readonly number[]; commits: number },
): string {
  const { workers, servers, stopped, checks } = killer.counts;
  const seconds = (ms: number | undefined) => ((ms ?? 0) / 1000).toFixed(1);
  const at = (share: number) => seconds(waits[Math.max(0, Math.ceil(share * waits.length) - 1)]);
  const late = waits.filter((ms) => ms > chaos.leaseMs + 2000).length;
  return [
    `${chaos.tasks} tasks, ${chaos.workers} workers, seed ${chaos.seed}, ${seconds(durationMs)} s: ${workers} workers and ${servers} servers killed, ${stopped} workers stopped for longer than their lease of ${seconds(chaos.leaseMs)} s`,
    `0 lost, ${commits} commits for ${chaos.tasks} tasks, 0 twice; ${checks + 1} looks at the database, all intact`,
    `${counts.resumed} times a run was taken up by another worker, ${counts.interrupted} calls were interrupted, ${counts.furtherRuns} runs were begun anew`,
    `${counts.paidTwice} stored answers of the model were asked for again; ${counts.lostAnswers} were lost with their worker before they could be stored`,
    `${waits.length} orphans went on after ${at(0.5)} s (median), ${at(0.95)} s (95th percentile), ${at(1)} s at most; ${late} later than the lease and 2 s`,
  ].join("\n");
}
