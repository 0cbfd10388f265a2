import { describe, expect, it } from "vitest";
import type { OutpostError } from "./errors.ts";
import { TaskEvent } from "./events.ts";
import { taskStateAfter } from "./state-after-event.ts";
import { assertTransition, canTransition, endedStates, TaskState, taskTransitions } from "./task-states.ts";

/** Written out a second time, so that a changed table is a decision and not a slip. One line a state: where it may go. */
const allowed: Record<TaskState, string> = {
  scheduled: "queued paused cancelled",
  queued: "paused blocked running cancelled",
  paused: "queued cancelled",
  blocked: "queued paused cancelled",
  running: "waiting queued paused answered proposed finished stopped failed cancelled",
  waiting: "running queued cancelled stopped",
  answered: "queued",
  proposed: "queued applied rejected",
  finished: "queued",
  stopped: "queued applied rejected",
  failed: "queued dead",
  dead: "queued",
  cancelled: "queued applied rejected",
  applied: "reverted queued",
  rejected: "queued",
  reverted: "queued applied",
};

const states = TaskState.options;
const pairs = states.flatMap((from) => states.map((to) => [from, to] as const));
const isAllowed = (from: TaskState, to: TaskState) => allowed[from].split(" ").includes(to);

describe("the table of states", () => {
  it("has a row for each state and leads nowhere else", () => {
    expect(Object.keys(taskTransitions).sort()).toEqual([...states].sort());
    expect(pairs).toHaveLength(256);
  });

  it.each(pairs.filter((pair) => isAllowed(...pair)))("a task that is %s may become %s", (from, to) => {
    expect(canTransition(from, to)).toBe(true);
    expect(() => assertTransition(from, to)).not.toThrow();
  });

  it.each(pairs.filter((pair) => !isAllowed(...pair)))("a task that is %s cannot become %s", (from, to) => {
    expect(canTransition(from, to)).toBe(false);
    expect(() => assertTransition(from, to)).toThrow(
      expect.objectContaining({ code: "conflict", details: { from, to, possible: allowed[from].split(" ") } }),
    );
  });

  it("names both states and the way out", () => {
    expect(() => assertTransition("proposed", "running")).toThrow(
      'a task that is "proposed" cannot become "running"; from here: queued, applied, rejected',
    );
  });

  it("lets a person queue every ended task again", () => {
    for (const state of endedStates) expect(canTransition(state, "queued")).toBe(true);
    const going = ["scheduled", "queued", "paused", "blocked", "running", "waiting"];
    expect(states.filter((state) => !endedStates.has(state))).toEqual(going);
  });

  it("reaches every state but the one that only a new task is in", () => {
    const reached = new Set<TaskState>(["queued"]);
    for (const state of reached) for (const next of taskTransitions[state]) reached.add(next);
    expect(states.filter((state) => !reached.has(state))).toEqual(["scheduled"]);
  });
});

const runId = `run_${"0".repeat(22)}`;
const by = "ada";
const stub = (type: string, rest: object = {}) => ({ type, ...rest }) as unknown as TaskEvent;
const ended = (type: string) => stub("run.finished", { runId, outcome: { type } });

/** Where an event leads; "same": it keeps the state, whatever that is. */
const targets: [string, TaskEvent, TaskState | "same"][] = [
  ["task.queued", stub("task.queued", { reason: "retry" }), "queued"],
  ["task.paused", stub("task.paused", { by }), "paused"],
  ["task.blocked", stub("task.blocked", { after: [] }), "blocked"],
  ["task.moved", stub("task.moved", { priority: 9, by }), "same"],
  ["task.died", stub("task.died", { retries: 3 }), "dead"],
  ["run.started", stub("run.started", { runId, attempt: 1 }), "running"],
  ["run.resumed", stub("run.resumed", { runId, fence: 2, reason: "lease expired" }), "running"],
  ["approval.requested", stub("approval.requested", { kind: "plan" }), "waiting"],
  ["approval.decided", stub("approval.decided", { accepted: true, by }), "queued"],
  ["approval.decided, refused", stub("approval.decided", { accepted: false, by }), "queued"],
  ["run.finished, answered", ended("answered"), "answered"],
  ["run.finished, proposed", ended("proposed"), "proposed"],
  ["run.finished, finished", ended("finished"), "finished"],
  ["run.finished, stopped", ended("stopped"), "stopped"],
  ["run.finished, failed", ended("failed"), "failed"],
  ["run.finished, cancelled", ended("cancelled"), "cancelled"],
  ["change.applied", stub("change.applied", { revision: 1 }), "applied"],
  ["change.rejected", stub("change.rejected", { revision: 1 }), "rejected"],
  ["message.added", stub("message.added", { text: "hello", by }), "same"],
  ["step.started", stub("step.started", { step: 1 }), "same"],
  ["history.folded", stub("history.folded", { throughSeq: 1 }), "same"],
  ["history.summarised", stub("history.summarised", { throughSeq: 1 }), "same"],
  ["notice.given", stub("notice.given", { kind: "loop", text: "" }), "same"],
  ["protocol.changed", stub("protocol.changed", { protocol: "text" }), "same"],
  ["plan.updated", stub("plan.updated", { by: "model" }), "same"],
  ["model.replied", stub("model.replied", { step: 1 }), "same"],
  ["model.failed", stub("model.failed", { step: 1, willRetry: false }), "same"],
  ["model.switched", stub("model.switched", { step: 1, reason: "it is gone" }), "same"],
  ["tool.called", stub("tool.called", { step: 1, name: "read_file" }), "same"],
  ["tool.returned", stub("tool.returned", { callId: "c", ok: true }), "same"],
  ["checkpoint.created", stub("checkpoint.created", { number: 1 }), "same"],
  ["checkpoint.restored", stub("checkpoint.restored", { number: 1 }), "same"],
  ["change.proposed", stub("change.proposed"), "same"],
  ["change.apply_failed", stub("change.apply_failed", { revision: 1 }), "same"],
  ["change.rebased", stub("change.rebased", { revision: 1 }), "same"],
  ["change.verified", stub("change.verified", { revision: 1 }), "same"],
  ["fact.learned", stub("fact.learned"), "same"],
  ["fact.proposed", stub("fact.proposed"), "same"],
  ["fact.decided", stub("fact.decided", { accepted: true, by }), "same"],
  ["hunks.decided", stub("hunks.decided", { revision: 1 }), "same"],
];

describe("the state after an event", () => {
  it.each(targets)("%s", (_, event, target) => {
    for (const from of states) {
      const to = target === "same" ? from : target;
      if (to === from || isAllowed(from, to)) expect(taskStateAfter(from, event)).toBe(to);
      else expect(() => taskStateAfter(from, event)).toThrow(expect.objectContaining({ code: "conflict" }));
    }
  });

  it("covers every event", () => {
    const covered = new Set([
      ...targets.map(([, event]) => event.type),
      "task.created",
      "task.cancel_requested",
      "change.reverted",
    ]);
    expect([...covered].sort()).toEqual(TaskEvent.options.map((option) => option.shape.type.value).sort());
  });

  it("of the creation is what the task waits for, once", () => {
    const created = (spec: object, rest = {}) => stub("task.created", { by, spec, ...rest });
    const other = `tsk_${"0".repeat(22)}`;
    expect(taskStateAfter(null, created({}))).toBe("queued");
    expect(taskStateAfter(null, created({ notBeforeMs: 1 }))).toBe("scheduled");
    expect(taskStateAfter(null, created({ after: [other] }))).toBe("blocked");
    expect(taskStateAfter(null, created({ after: [other], notBeforeMs: 1 }))).toBe("blocked");
    expect(taskStateAfter(null, created({ notBeforeMs: 1 }, { isProposal: true }))).toBe("proposed");
    for (const state of states) expect(() => taskStateAfter(state, created({}))).toThrow(/is created once/);
  });

  it("of a revert is reverted where it was applied, stays what a run has come to since, and is refused while one is under way", () => {
    const reverted = stub("change.reverted", { revision: 1, files: [], by });
    expect(taskStateAfter("applied", reverted)).toBe("reverted");
    for (const state of states.filter((one) => one !== "applied"))
      if (endedStates.has(state)) expect(taskStateAfter(state, reverted)).toBe(state);
      else expect(() => taskStateAfter(state, reverted)).toThrow(expect.objectContaining({ code: "conflict" }));
  });

  it("of a cancel ends what no worker holds, leaves what runs, and refuses what has ended", () => {
    const cancel = stub("task.cancel_requested", { by });
    const after = (from: TaskState): string => {
      try {
        return taskStateAfter(from, cancel);
      } catch (error) {
        return (error as OutpostError).code;
      }
    };
    expect(Object.fromEntries(states.map((state) => [state, after(state)]))).toEqual({
      ...Object.fromEntries(states.map((state) => [state, "conflict"])),
      ...{ scheduled: "cancelled", queued: "cancelled", paused: "cancelled", blocked: "cancelled" },
      ...{ waiting: "cancelled", cancelled: "cancelled", running: "running" },
    });
  });
});
