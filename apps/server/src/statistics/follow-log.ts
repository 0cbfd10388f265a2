// Feeds events to statistics, in commit order and a page at a time, so that the server answers others in between. What is known of a task
// from before is read first, and not counted.
import { setImmediate as turn } from "node:timers/promises";
import type { TaskStore, WorkStatisticsBuilder } from "@outpost/core";
import { type EventEnvelope, isOutpostError, type TaskId } from "@outpost/protocol";

const pageEvents = 200;

type Reading = Pick<TaskStore, "readAllEvents" | "readEvents">;

/** Takes what lies behind `after`, up to the end or to `until` (not included, epoch milliseconds). Resolves to the last position taken. */
export async function takeEvents(
  store: Reading,
  builder: WorkStatisticsBuilder,
  after: number,
  until = Number.POSITIVE_INFINITY,
): Promise<number> {
  let position = after;
  for (;;) {
    const page = await store.readAllEvents(position, pageEvents);
    for (const envelope of page) {
      if (envelope.atMs >= until) return position;
      await takeOne(store, builder, envelope);
      position = envelope.position;
    }
    if (page.length < pageEvents) return position;
    await turn();
  }
}

async function takeOne(store: Reading, builder: WorkStatisticsBuilder, envelope: EventEnvelope): Promise<void> {
  if (envelope.seq > 1 && !builder.knows(envelope.taskId))
    for await (const earlier of readBefore(store, envelope.taskId, envelope.seq)) builder.take(earlier, false);
  builder.take(envelope);
}

async function* readBefore(store: Reading, taskId: TaskId, seq: number): AsyncGenerator<EventEnvelope> {
  for (let after = 0; after < seq - 1; ) {
    const page = await store.readEvents(taskId, after, Math.min(pageEvents, seq - 1 - after)).catch(nothingWhenRemoved);
    if (page.length === 0) return;
    yield* page;
    after = page.at(-1)?.seq ?? seq;
  }
}

/** A task that was removed since its event was read was too old to matter. */
function nothingWhenRemoved(error: unknown): [] {
  if (isOutpostError(error) && error.details["reason"] === "removed") return [];
  throw error;
}
