// Whether a person can still decide about a task's newest change. A proposed one is open; so is the one that a run left when it was stopped or
// cancelled, or that was there before such a run, while the log holds no word about it. Pure.
import type { Task, TaskEvent } from "@outpost/protocol";

/** Null: it is open. Otherwise why not, with the way out. `events`: of the task. */
export function whyNotOpen({ id, state, revision }: Task, events: readonly TaskEvent[]): string | null {
  if (state === "proposed") return null;
  const isOver = state === "stopped" || state === "cancelled";
  if (revision === null || !isOver)
    return `task "${id}" is "${state}"; only a proposed change, or what a stopped or cancelled run left of one, can be decided`;
  const word = events.findLast((event) => lastWordOn(revision, event) !== null);
  const said = word && lastWordOn(revision, word);
  return said ? `revision ${revision} of task "${id}" ${said}` : null;
}

function lastWordOn(revision: number, event: TaskEvent): string | null {
  if (!("revision" in event) || event.revision !== revision) return null;
  if (event.type === "change.applied") return "was accepted and applied already";
  if (event.type === "change.rejected") return "was rejected already; outpost say lets the task make another";
  if (event.type === "change.reverted") return "was applied and taken back; outpost say lets the task make another";
  if (event.type === "hunks.decided" && event.follow !== "hold")
    return "was decided in parts, and the task was to go on from what was accepted; outpost say lets it";
  return null;
}
