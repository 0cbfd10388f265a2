// Watches tasks that have a proposed change for something that is due: when a worker appended what left it proposed, and at all open changes when
// the server starts. Keeps no truth of its own, so a server that was killed does what was due when it starts again.
import type { TaskStore } from "@outpost/core";
import type { TaskId } from "@outpost/protocol";

export interface ProposedWatch {
  /** A worker appended to the task, and it is proposed since. */
  note(taskId: TaskId): void;
  /** Looks at all open changes, of a life of the server before. */
  recover(): Promise<void>;
}

const page = 200;

/** `look` never rejects. */
export function watchProposed(
  store: Pick<TaskStore, "listApprovals">,
  look: (taskId: TaskId) => Promise<void>,
): ProposedWatch {
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
