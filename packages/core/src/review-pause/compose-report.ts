// The report of a review pause, from the statistics of its time and the tasks that wait. Pure: the same log gives the same report.
import type { ReviewReport, Task, WaitingTask, WorkStatistics } from "@outpost/protocol";
import { recommend } from "./recommend.ts";

const dayMs = 86_400_000;
const shownWaiting = 50;
const maxInstructionCharacters = 100;

export interface ReportInput {
  id: string;
  by: string;
  fromMs: number;
  toMs: number;
  work: WorkStatistics;
  /** Those in states that a person has to end. */
  waiting: readonly Task[];
  /** Ended tasks that go before the next review; absent: not looked up. */
  leaving?: { tasks: number; applied: number };
  /** Events before it were removed with their tasks; null: none were. */
  removedThroughMs?: number | null;
}

export function composeReport({
  id,
  by,
  fromMs,
  toMs,
  work,
  waiting,
  leaving,
  removedThroughMs = null,
}: ReportInput): ReviewReport {
  const { runsEnded } = work;
  const ended = Object.values(runsEnded).reduce((sum, count) => sum + count, 0);
  const judged = ended - (runsEnded["cancelled"] ?? 0);
  const succeeded = ["answered", "proposed", "finished"].reduce((sum, type) => sum + (runsEnded[type] ?? 0), 0);
  const sorted = waiting.map(describeWaiting).sort((one, other) => one.sinceMs - other.sinceMs);
  const report = {
    ...{ id, by, fromMs, toMs, work },
    runsPerDay: (ended * dayMs) / Math.max(1, toMs - fromMs),
    successRate: judged === 0 ? null : succeeded / judged,
    waiting: sorted.slice(0, shownWaiting),
    waitingTotal: sorted.length,
    ...(leaving && { leaving }),
    ...(removedThroughMs !== null && removedThroughMs >= fromMs && { incompleteBeforeMs: removedThroughMs }),
  };
  return { ...report, recommendations: recommend(report) };
}

function describeWaiting({ id, state, spec, updatedAtMs, reason }: Task): WaitingTask {
  const line = spec.instruction.split("\n", 1)[0] ?? "";
  const instruction = line.length > maxInstructionCharacters ? `${line.slice(0, maxInstructionCharacters)}…` : line;
  return { taskId: id, state, instruction, sinceMs: updatedAtMs, reason };
}
