// A run that is long enough to be killed in many places, as a script; and what must hold of every run that was.
import type { EventEnvelope } from "@outpost/protocol";
import { eventsOf } from "./follow-task.ts";
import { call, type Scenario } from "./scenarios.ts";

/** Like no other that runs on this machine, so that tests beside this one are not taken for it. */
export const longCommand = ["sleep", `2.${process.pid}`];

const steps = [
  call("read_file", { path: "calculator.py" }),
  call("edit_file", { path: "calculator.py", old: "return a - b", new: "return a + b" }),
  call("run_command", { argv: longCommand }),
  call("write_file", { path: "NOTES.md", content: "# Notes\n\nAdding adds.\n" }),
  call("edit_file", { path: "calculator.py", old: "return add(a, a)", new: "return 2 * a" }),
  call("run_tests", {}),
  call("finish", { summary: "Mended." }),
];

export interface Asked {
  answersBefore: number;
  atMs: number;
}

/** Every request is noted in `asked`. The answers are slow enough to be interrupted. */
export function longRun(asked: Asked[], delayBeforeHeadersMs: number): Scenario<(typeof steps)[number]> {
  return ({ answersBefore }) => {
    asked.push({ answersBefore, atMs: Date.now() });
    const step = steps[answersBefore];
    if (!step) throw new Error(`the run has ${steps.length} steps and asked for another`);
    return { ...step, delayBeforeHeadersMs };
  };
}

/** An answer that was stored is never asked for again: what was asked all the same. */
export function findAskedTwice(events: readonly EventEnvelope[], asked: readonly Asked[]): Asked[] {
  const stored = events.filter(({ event }) => event.type === "model.replied");
  return asked.filter(({ answersBefore, atMs }) => atMs > (stored[answersBefore]?.atMs ?? Number.POSITIVE_INFINITY));
}

/** What is wrong with the log: it has gaps, there was more than one run, a step or a call is missing or there twice. */
export function findLogProblems(events: readonly EventEnvelope[]): string[] {
  const returned = eventsOf(events, "tool.returned").map(({ callId }) => callId);
  const problems = [
    events.some(({ seq }, index) => seq !== index + 1) && "the sequence numbers have gaps",
    eventsOf(events, "run.started").length !== 1 && "there is not one run",
    eventsOf(events, "run.finished").length !== 1 && "the run did not finish once",
    eventsOf(events, "model.replied").length !== steps.length && "there is not one answer for each step",
    returned.length !== steps.length && `${returned.length} calls returned`,
    new Set(returned).size !== returned.length && "a call returned twice",
  ];
  return problems.filter((problem) => problem !== false);
}
