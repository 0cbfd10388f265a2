// The guard against going round in circles: the same call with the same result. Warns once, then the run is stopped by name.
import type { Fold, PlannedCall, RunState } from "./state.ts";

const warnAtRepetitions = 3;
const stopAtRepetitions = 5;

/** Counts a call together with its result; calls whose result differs are not repetition. */
export function noteRepetition(next: Fold, run: RunState, call: PlannedCall, observation: string, seq: number): void {
  const key = JSON.stringify([call.name, call.arguments, observation]);
  const count = (run.repetitions.get(key) ?? 0) + 1;
  run.repetitions = new Map(run.repetitions).set(key, count);
  if (count >= stopAtRepetitions) run.isLooping = true;
  if (count < warnAtRepetitions || run.loopWarned) return;
  run.loopWarned = true;
  const text = `You called ${call.name} with the same arguments ${count} times and got the same result. Do something else, or call finish and say what stands in the way.`;
  next.waitingMessages = [...next.waitingMessages, { kind: "notice", seq, text }];
}
