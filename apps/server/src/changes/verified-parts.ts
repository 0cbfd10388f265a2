// Sees to it that a part of a change is applied when its tests have been run. Finds what is due from the open changes when the server
// starts, and from what workers append afterwards. Keeps no truth of its own: whether something is due follows from the task's events.
import type { TaskStore } from "@outpost/core";
import { isOutpostError, type TaskId } from "@outpost/protocol";
import type { Logger } from "pino";
import type { TaskService } from "../tasks/task-service.ts";

export interface VerifiedParts {
  /** Something was appended to the task by a worker. */
  note(taskId: TaskId): void;
  /** Looks at all open changes, of a life of the server before. */
  recover(): Promise<void>;
}

const page = 200;

export function watchVerifiedParts(
  tasks: Pick<TaskService, "applyVerified">,
  store: Pick<TaskStore, "getTask" | "listApprovals">,
  logger: Logger,
): VerifiedParts {
  const look = async (taskId: TaskId): Promise<void> => {
    try {
      if ((await store.getTask(taskId)).state === "proposed") await tasks.applyVerified(taskId);
    } catch (error) {
      // A conflict is an event of the task; a person decides anew.
      const isConflict = isOutpostError(error) && error.code === "conflict";
      if (!isConflict) logger.error({ err: error, taskId }, "verified_part.failed");
    }
  };
  return {
    note: (taskId) => void look(taskId),
    async recover() {
      let cursor: string | null | undefined;
      while (cursor !== null) {
        const filter = { kind: "change", state: "pending", limit: page, ...(cursor && { cursor }) } as const;
        const { items, nextCursor } = await store.listApprovals(filter);
        for (const { taskId } of items) await look(taskId);
        cursor = nextCursor;
      }
    },
  };
}
