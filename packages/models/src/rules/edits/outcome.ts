// What came of one intent, for the summary.
import type { Plan } from "../plan.ts";

export interface Outcome {
  /** Something was changed as asked. */
  done: boolean;
  /** A sentence without its full stop. */
  text: string;
}

export type EditPlan = Plan<Outcome>;

export const failed = (text: string): Outcome => ({ done: false, text });
export const changed = (text: string): Outcome => ({ done: true, text });

/** A text as a summary shows it: one line, not too long. */
export function show(text: string): string {
  const [first = "", ...rest] = text.split("\n");
  const line = first.length > 60 ? `${first.slice(0, 60)}…` : first;
  return rest.length > 0 ? `"${line}" (${rest.length + 1} lines)` : `"${line}"`;
}
