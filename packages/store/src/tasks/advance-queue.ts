// What waits for its time or for other tasks, and whether it still has to. Asked for now and then; knows no clock.
import type { QueueStore } from "@outpost/core";
import type { TaskEvent, TaskId } from "@outpost/protocol";
import type { Connection } from "../database/connection.ts";
import type { AppendWithin } from "./append.ts";
import { type Dependencies, describeWaiting, failedStates, isDone } from "./dependencies.ts";
import type { TaskRow } from "./task-table.ts";

export function createAdvanceQueue(
  connection: Connection,
  appendWithin: AppendWithin,
  dependencies: Dependencies,
): Pick<QueueStore, "advanceQueue"> {
  const failed = [...failedStates].map((state) => `'${state}'`).join(", ");
  const ofDependencies = (condition: string) => `EXISTS (
    SELECT 1 FROM task_dependency JOIN task AS other ON other.ordinal = task_dependency.after
    WHERE task_dependency.task = task.ordinal AND ${condition})`;
  const due = connection.prepare<TaskRow>(
    "SELECT * FROM task WHERE state = 'scheduled' AND not_before_ms <= ? ORDER BY not_before_ms LIMIT ?",
  );
  const unblocked = connection.prepare<TaskRow>(
    `SELECT * FROM task WHERE state = 'blocked' AND NOT ${ofDependencies(`NOT ${isDone}`)} ORDER BY ordinal LIMIT ?`,
  );
  /** Those whose reason is not what it should be: one that they wait for has failed, or has been taken up again. */
  const disappointed = connection.prepare<TaskRow>(
    `SELECT * FROM task WHERE state = 'blocked'
     AND (reason LIKE 'waits for a person:%') <> ${ofDependencies(`other.state IN (${failed})`)} ORDER BY ordinal LIMIT ?`,
  );

  function plan(nowMs: number, limit: number): [TaskRow, TaskEvent][] {
    const planned: [TaskRow, TaskEvent][] = [];
    for (const row of due.all(nowMs, limit)) planned.push([row, { type: "task.queued", reason: "due" }]);
    for (const row of unblocked.all(limit)) planned.push([row, { type: "task.queued", reason: "dependencies" }]);
    for (const row of disappointed.all(limit)) {
      const open = dependencies.open(row.ordinal);
      if (open.length === 0) continue;
      const event = { type: "task.blocked", after: open.map(({ id }) => id), because: describeWaiting(open) } as const;
      planned.push([row, event]);
    }
    return planned.slice(0, limit);
  }

  return {
    async advanceQueue(nowMs, limit) {
      // Looking first keeps an idle server from taking the write lock.
      if (connection.read(() => plan(nowMs, 1)).length === 0) return [];
      return connection.write(() => {
        const planned = plan(nowMs, limit);
        for (const [row, event] of planned) appendWithin(row, [event], nowMs);
        return planned.map(([row]) => row.id as TaskId);
      });
    },
  };
}
