import type { EventEnvelope, RunOutcome, TaskEvent, TaskSpec } from "@outpost/protocol";
import { describe, expect, it } from "vitest";
import { foldAll } from "../fold/fold.ts";
import { decide } from "./decide.ts";
import { planRetry } from "./plan-retry.ts";

const spec: TaskSpec = {
  ...{ repositoryId: "rep_0" as never, instruction: "tidy up", workflow: "edit", priority: 5 },
  ...{ limits: { steps: 12, wallClockMs: 600_000, tokens: 1_000_000 }, applyTarget: "checkout", base: "head" },
};
const runStarted = (attempt: number): TaskEvent => ({
  ...{ type: "run.started", runId: "run_0" as never, attempt, baseCommit: "a".repeat(40) as never },
  model: { provider: "p", name: "m", windowTokens: 16_384, canCallTools: true, canThink: false },
  ...{ systemPrompt: "", tools: [] },
});
const finished = (outcome: RunOutcome): TaskEvent => ({ type: "run.finished", runId: "run_0" as never, outcome });
const failed: RunOutcome = { type: "failed", code: "unavailable", message: "no model", retryable: true };
const away: RunOutcome = { type: "stopped", reason: "model_unavailable", message: "it is gone", revision: null };

/** Each event a second after the one before. */
function logOf(given: TaskSpec, ...events: TaskEvent[]): EventEnvelope[] {
  return [{ type: "task.created" as const, spec: given, by: "ada" }, ...events].map((event, index) => ({
    ...{ version: 1, position: index, taskId: "tsk_0" as never, seq: index + 1, atMs: index * 1000, event },
  }));
}
const settings = { limit: 3, delayMs: 1000 };
const planned = (outcome: RunOutcome, given: Partial<TaskSpec> = {}, retries = 0) => {
  const retry: TaskEvent[] = retries ? [{ type: "task.queued", reason: "retry", retry: retries }, runStarted(2)] : [];
  const log = logOf({ ...spec, ...given }, runStarted(1), ...(retry.length ? [finished(failed), ...retry] : []));
  const end = logOf(spec, finished(outcome)).slice(1);
  const state = foldAll([...log, ...end.map((envelope) => ({ ...envelope, seq: log.length + 1 }))]);
  return planRetry(state, outcome, 50_000, settings);
};

describe("a retry", () => {
  it.each<[string, RunOutcome, Partial<TaskSpec>, number, string[]]>([
    ["follows a failure that may pass", failed, {}, 0, ["task.queued"]],
    ["follows a model that went away", away, {}, 2, ["task.queued"]],
    ["does not follow one that will not pass", { ...failed, retryable: false }, {}, 0, []],
    ["does not follow a limit", { ...away, reason: "step_limit" }, {}, 0, []],
    ["does not follow a success", { type: "finished", summary: "" }, {}, 0, []],
    ["is not made where the task wants none", failed, { retries: 0 }, 0, []],
    ["is not made more often than the task wants", failed, { retries: 1 }, 1, ["task.died"]],
    ["is not made more often than the server is set", failed, {}, 3, ["task.died"]],
    ["leaves a change that was stopped to a person", away, {}, 3, []],
  ])("%s", (_, outcome, given, retries, types) => {
    expect(planned(outcome, given, retries).map(({ type }) => type)).toEqual(types);
  });

  it("waits twice as long each time, give or take a quarter, and an hour at most", () => {
    const waitOf = (retries: number): number => {
      const [event] = planned(failed, { retries: 20 }, retries);
      return event?.type === "task.queued" ? (event.notBeforeMs ?? 0) - 50_000 : Number.NaN;
    };
    for (let retries = 0; retries < 6; retries++) {
      expect(waitOf(retries)).toBeGreaterThanOrEqual(1000 * 2 ** retries * 0.75);
      expect(waitOf(retries)).toBeLessThanOrEqual(1000 * 2 ** retries * 1.25);
    }
    expect(waitOf(19)).toBeLessThanOrEqual(3_600_000 * 1.25);
  });
});

describe("the budget of a task", () => {
  const runs = (budget: NonNullable<TaskSpec["budget"]>) => {
    const again: TaskEvent = { type: "task.queued", reason: "retry", retry: 1 };
    const log = logOf({ ...spec, budget }, runStarted(1), finished(failed), again, runStarted(2));
    return decide(foldAll(log));
  };

  it("is of all runs together", () => {
    // The first run was worked on for a second.
    expect(runs({ wallClockMs: 1000 })).toMatchObject({ type: "propose", stop: { reason: "time_limit" } });
    expect(runs({ wallClockMs: 1001, steps: 1, tokens: 1000 })).toMatchObject({ type: "retrieve" });
  });
});
