// The clock of the queue: sees to it, now and then, that what waited for its time or for others is queued, and that schedules make tasks.
import type { QueueStore } from "@outpost/core";
import type { TaskId } from "@outpost/protocol";
import type { Logger } from "pino";
import type { ScheduleService } from "./schedule-service.ts";

export interface QueueClockPorts {
  store: Pick<QueueStore, "advanceQueue">;
  schedules: Pick<ScheduleService, "fireDue">;
  nowMs: () => number;
  wake(): void;
  onAppended(taskId: TaskId): void;
  logger: Logger;
}

const tickMs = 1000;
const tasksPerTick = 500;

/** One look. */
export async function tickQueue({ store, schedules, nowMs, wake, onAppended }: QueueClockPorts): Promise<void> {
  const moved = [...(await schedules.fireDue()), ...(await store.advanceQueue(nowMs(), tasksPerTick))];
  for (const taskId of moved) onAppended(taskId);
  if (moved.length > 0) wake();
}

/** Begins at once. The function returned ends it, and resolves when no look is under way. */
export function runQueueClock(ports: QueueClockPorts): () => Promise<void> {
  let look: Promise<void> | null = null;
  const tick = (): void => {
    look ??= tickQueue(ports)
      .catch((error) => ports.logger.error({ err: error }, "queue_clock.failed"))
      .finally(() => {
        look = null;
      });
  };
  tick();
  const timer = setInterval(tick, tickMs);
  return async () => {
    clearInterval(timer);
    await look;
  };
}
