// Plans of the rules model: generators that ask for tool calls and get the observations. A plan is replayed from the conversation every
// time the model is asked, so the model has no memory of its own. Pure. Invariant: the same observations lead to the same next calls.

export interface Call {
  name: string;
  arguments: Record<string, unknown>;
}

/** Yields calls that do not depend on each other; gets their observations in the same order. */
export type Plan<Result> = Generator<readonly Call[], Result, readonly string[]>;

export interface Memory {
  /** The observation of the next occurrence of this call; undefined when it was not made yet. */
  take(call: Call): string | undefined;
}

export type Progress<Result> = { type: "calls"; calls: Call[] } | { type: "done"; result: Result };

/** Runs the plan as far as the memory goes. */
export function replay<Result>(plan: Plan<Result>, memory: Memory): Progress<Result> {
  let next = plan.next();
  while (!next.done) {
    const calls = next.value;
    const seen = calls.map((call) => memory.take(call));
    const missing = calls.filter((_, index) => seen[index] === undefined);
    if (missing.length > 0) return { type: "calls", calls: missing };
    next = plan.next(seen.map((text) => text ?? ""));
  }
  return { type: "done", result: next.value };
}

/** One call, its observation. */
export function* call(name: string, given: Record<string, unknown>): Plan<string> {
  const [text] = yield [{ name, arguments: given }];
  return text ?? "";
}
