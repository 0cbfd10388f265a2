// What was decided about the parts of a change, from the task's events. A part is a hunk, or a file that has none. What was accepted of an
// earlier revision and sent back with the rest stays accepted where it comes again: a hunk's id is made of its own text.
import type { Change, HeldDecision, TaskEvent } from "@outpost/protocol";

export interface Decisions {
  hunks: Record<string, HeldDecision>;
  files: Record<string, HeldDecision>;
}

/** Only of parts that the change has. */
export function heldDecisions(events: readonly TaskEvent[], change: Change): Decisions {
  let held: Decisions = { hunks: {}, files: {} };
  for (const event of events) {
    if (event.type !== "hunks.decided") continue;
    const by = (given: Record<string, Omit<HeldDecision, "by">>) =>
      Object.fromEntries(Object.entries(given).map(([key, decision]) => [key, { ...decision, by: event.by }]));
    if (event.revision === change.revision)
      held = { hunks: { ...held.hunks, ...by(event.hunks) }, files: { ...held.files, ...by(event.files) } };
    else if (event.follow === "revise")
      held = { hunks: acceptedBy(event.held.hunks, event.by), files: acceptedBy(event.held.files, event.by) };
  }
  const { hunks, files } = partsOf(change);
  return { hunks: pick(held.hunks, hunks), files: pick(held.files, files) };
}

/** The ids of all hunks, and the paths of files without any. */
export function partsOf(change: Pick<Change, "files">): { hunks: string[]; files: string[] } {
  return {
    hunks: change.files.flatMap((file) => file.hunks.map(({ id }) => id)),
    files: change.files.filter((file) => file.hunks.length === 0).map(({ path }) => path),
  };
}

function acceptedBy(keys: readonly string[], by: string): Record<string, HeldDecision> {
  return Object.fromEntries(keys.map((key) => [key, { decision: "accept", reason: null, by, lines: null }]));
}

function pick(decisions: Record<string, HeldDecision>, keys: readonly string[]): Record<string, HeldDecision> {
  return Object.fromEntries(keys.flatMap((key) => (decisions[key] ? [[key, decisions[key]]] : [])));
}
