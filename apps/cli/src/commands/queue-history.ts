// Why a task was tried again, and by whom: from its events.
import type { TaskId } from "@outpost/protocol";
import type { Connection } from "../connection/connect.ts";
import { age } from "../render/layout.ts";
import { printable } from "../render/paint.ts";

const eventPage = 200;

/** A line each, the oldest first. */
export async function renderRetries({ client }: Connection, taskId: TaskId, nowMs: number): Promise<string[]> {
  const lines: string[] = [];
  for (let after = 0; ; ) {
    const { items } = await client.call("listTaskEvents", { params: { taskId }, query: { after, limit: eventPage } });
    for (const { event, atMs } of items) {
      if (event.type === "task.died") lines.push(`${age(atMs, nowMs)}: ${printable(event.because)}`);
      if (event.type !== "task.queued" || event.reason !== "retry") continue;
      const why = event.because ?? (event.by ? `tried again by ${event.by}` : "tried again");
      lines.push(`${age(atMs, nowMs)}: ${printable(why)}`);
    }
    after = items.at(-1)?.seq ?? after;
    if (items.length < eventPage) return lines;
  }
}
