// Sees to it that a part of a change is applied when its tests have been run. When it looks is the matter of watch-proposed.ts.
import type { TaskStore } from "@outpost/core";
import { isOutpostError, type TaskId } from "@outpost/protocol";
import type { Logger } from "pino";
import type { TaskService } from "../tasks/task-service.ts";
import { type ProposedWatch, watchProposed } from "./watch-proposed.ts";

export function watchVerifiedParts(
  tasks: Pick<TaskService, "applyVerified">,
  store: Pick<TaskStore, "getTask" | "listApprovals">,
  logger: Logger,
): ProposedWatch {
  const look = async (taskId: TaskId): Promise<void> => {
    try {
      if ((await store.getTask(taskId)).state === "proposed") await tasks.applyVerified(taskId);
    } catch (error) {
      // A conflict is an event of the task; a person decides anew.
      const isConflict = isOutpostError(error) && error.code === "conflict";
      if (!isConflict) logger.error({ err: error, taskId }, "verified_part.failed");
    }
  };
  return watchProposed(store, look);
}
