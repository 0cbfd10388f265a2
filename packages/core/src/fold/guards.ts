// The guards against going astray: the same call with the same result, two calls in turn, the same failure, edits that keep failing, a
// task that changes nothing. Each speaks once, then the run is stopped by name. Only identical results count, so that honest polling and
// work that gets on are left alone. Pure.
import type { NoticeKind, StopReason, TaskEventOf, ToolEffect } from "@outpost/protocol";
import type { Fold, GuardState, PlannedCall, RunState } from "./state.ts";

const repetitionsToWarn = 3;
const repetitionsToStop = 5;
/** A-B-A-B, and the same again. */
const alternationToWarn = 4;
const alternationToStop = 8;
const errorsToWarn = 3;
const errorsToStop = 6;
const editsToWarn = 2;
const failuresToReflect = 3;
/** Steps without a touched file, as a share of the limit of steps and at least. */
const idleShare = 0.4;
const minIdleSteps = 12;

export const initialGuards: GuardState = {
  repetitions: new Map(),
  latest: [],
  errors: new Map(),
  failedEdits: new Map(),
  failures: 0,
  lastProgressStep: 0,
  warned: new Set(),
};

export function noteObservation(
  run: RunState,
  call: PlannedCall,
  effect: ToolEffect | null,
  event: TaskEventOf<"tool.returned">,
): void {
  if (event.interrupted || event.refused) return;
  const before = run.notices.length;
  if (event.filesTouched.length > 0) noteProgress(run);
  noteRepetition(run, call, event.observation);
  if (effect === "write") noteEdit(run, call, event.ok);
  noteFailure(run, call, event);
  if (run.guards.failures === failuresToReflect && run.notices.length === before)
    speak(run, "reflection", reflection, { again: true });
}

const reflection =
  "Three calls failed one after another. Before the next one, write in one or two sentences what the failures have shown and what you will do otherwise; then do that.";

/** To look again at what may have changed is no repetition. */
export function noteProgress(run: RunState): void {
  const reading = new Set(run.tools.filter(({ effect }) => effect === "read").map(({ name }) => name));
  const kept = [...run.guards.repetitions].filter(([key]) => !reading.has((JSON.parse(key) as [string])[0]));
  run.guards = { ...run.guards, errors: new Map(), repetitions: new Map(kept), lastProgressStep: run.step };
}

export function noteRepetition(run: RunState, call: PlannedCall, observation: string): void {
  const key = JSON.stringify([call.name, call.arguments, observation]);
  const count = (run.guards.repetitions.get(key) ?? 0) + 1;
  const latest = [...run.guards.latest, key].slice(-alternationToStop);
  run.guards = { ...run.guards, repetitions: new Map(run.guards.repetitions).set(key, count), latest };
  if (count >= repetitionsToStop)
    stop(run, "loop", "the model repeated the same call with the same result after it was told so");
  else if (count >= repetitionsToWarn)
    speak(
      run,
      "loop",
      `You called ${call.name} with the same arguments ${count} times and got the same result. Do something else, or call finish and say what stands in the way.`,
    );
  if (alternates(latest, alternationToStop))
    stop(run, "loop", "the model made the same two calls in turn with the same results after it was told so");
  else if (alternates(latest, alternationToWarn))
    speak(
      run,
      "alternation",
      "You make the same two calls in turn, and their results do not change. Do something else, or call finish and say what stands in the way.",
    );
}

function alternates(latest: readonly string[], length: number): boolean {
  const last = latest.slice(-length);
  const [a, b] = last;
  return last.length === length && a !== b && last.every((key, index) => key === (index % 2 === 0 ? a : b));
}

function noteEdit(run: RunState, call: PlannedCall, ok: boolean): void {
  const path = call.arguments["path"];
  if (typeof path !== "string") return;
  const failedEdits = new Map(run.guards.failedEdits);
  const count = (failedEdits.get(path) ?? 0) + 1;
  if (ok) failedEdits.delete(path);
  else failedEdits.set(path, count);
  run.guards = { ...run.guards, failedEdits };
  if (ok || count !== editsToWarn || call.name === "write_file") return;
  speak(
    run,
    "whole_file",
    `${call.name} failed ${count} times on ${path}. Read it again with read_file; if it is short, give the whole of it with write_file, else copy the lines to replace exactly as read_file shows them.`,
    { again: true },
  );
}

function noteFailure(run: RunState, call: PlannedCall, event: TaskEventOf<"tool.returned">): void {
  if (event.ok) {
    run.guards = { ...run.guards, failures: 0 };
    return;
  }
  const [firstLine = ""] = event.observation.split("\n");
  const key = JSON.stringify([call.name, firstLine]);
  const count = (run.guards.errors.get(key) ?? 0) + 1;
  const errors = new Map(run.guards.errors).set(key, count);
  run.guards = { ...run.guards, errors, failures: run.guards.failures + 1 };
  if (count >= errorsToStop)
    stop(run, "repeated_error", `${call.name} failed ${count} times in the same way: ${firstLine.slice(0, 200)}`);
  else if (count === errorsToWarn)
    speak(
      run,
      "same_error",
      `${call.name} failed ${count} times in the same way. Read what it says, and do it another way; if there is none, call finish and say what stands in the way.`,
    );
}

/** Between two steps of a task that is to change something. */
export function noteStepEnd(state: Fold, run: RunState): void {
  if (state.spec.workflow !== "edit" || state.planStage === "drafting") return;
  const idle = run.step - run.guards.lastProgressStep;
  const toWarn = Math.max(minIdleSteps, Math.ceil(state.spec.limits.steps * idleShare));
  if (idle >= Math.ceil(toWarn * 1.5))
    stop(run, "no_progress", `no file was changed in ${idle} steps, also after the model was told so`);
  else if (idle >= toWarn)
    speak(
      run,
      "no_progress",
      `No file was changed in the last ${idle} steps. Make the next change now, or call finish and say what is done and what stands in the way.`,
    );
}

function speak(run: RunState, kind: NoticeKind, text: string, { again = false } = {}): void {
  if (run.guards.warned.has(kind) && !again) return;
  run.guards = { ...run.guards, warned: new Set(run.guards.warned).add(kind) };
  run.notices = [...run.notices, { kind, text }];
}

function stop(run: RunState, reason: StopReason, message: string): void {
  run.stop ??= { reason, message };
}
