// What a task's log says of its changes. Reads only.
import type { TaskStore } from "@outpost/core";
import { type Change, type EventEnvelope, OutpostError, type TaskEventOf, type TaskId } from "@outpost/protocol";
import { withVerification } from "../changes/with-verification.ts";

const readPage = 500;

export async function readAllEvents(store: TaskStore, taskId: TaskId): Promise<EventEnvelope[]> {
  const all: EventEnvelope[] = [];
  for (;;) {
    const page = await store.readEvents(taskId, all.at(-1)?.seq ?? 0, readPage);
    all.push(...page);
    if (page.length < readPage) return all;
  }
}

/** Rejects with `not_found`. */
export async function getChangeOf(store: TaskStore, taskId: TaskId, revision: number | "latest"): Promise<Change> {
  const task = await store.getTask(taskId);
  const wanted = revision === "latest" ? task.revision : revision;
  if (wanted === null)
    throw new OutpostError("not_found", `task "${taskId}" has proposed no change; it is "${task.state}"`);
  const events = (await readAllEvents(store, taskId)).map(({ event }) => event);
  const event = events.findLast((e) => e.type === "change.proposed" && e.change.revision === wanted);
  const verified = events.findLast((e) => e.type === "change.verified" && e.revision === wanted);
  if (event?.type === "change.proposed")
    return verified?.type === "change.verified" ? withVerification(event.change, verified) : event.change;
  throw new OutpostError(
    "not_found",
    `task "${taskId}" has no change revision ${wanted}; the newest is ${task.revision ?? "none"}`,
  );
}

/** The newest accepted change that reached its target and was not taken back since, whatever runs came after it; null when there is none. */
export async function findApplied(store: TaskStore, taskId: TaskId): Promise<TaskEventOf<"change.applied"> | null> {
  const isWord = (type: string): boolean => type === "change.applied" || type === "change.reverted";
  const last = (await readAllEvents(store, taskId)).findLast(({ event }) => isWord(event.type))?.event;
  return last?.type === "change.applied" ? last : null;
}
