// What workers that are gone held goes to others at once, instead of when its lease runs out. The fence makes that safe: what such a
// worker would still append, were it alive after all, is refused. Does not know how it is found out that one is gone.
import type { TaskStore } from "@outpost/core";
import type { Logger } from "pino";

export interface LostLeases {
  /** For a server that has just started: each lease is of one before it, without which its workers end. Rejects as the store does. */
  freeAll(): Promise<void>;
  /** Not waited for. Where it fails, the lease runs out. */
  freeOf(workerId: string): void;
  /** Resolves when nothing is under way. */
  settled(): Promise<void>;
}

/** `onFreed`: there is work that somebody can go on with. */
export function createLostLeases(
  store: Pick<TaskStore, "freeLeases">,
  logger: Logger,
  onFreed: () => void,
): LostLeases {
  const underWay = new Set<Promise<void>>();

  async function free(workerIds: string[] | "all"): Promise<number> {
    const taskIds = await store.freeLeases(workerIds);
    if (taskIds.length > 0) logger.warn({ workers: workerIds, taskIds }, "leases.freed");
    return taskIds.length;
  }

  async function freeOf(workerId: string): Promise<void> {
    try {
      if ((await free([workerId])) > 0) onFreed();
    } catch (error) {
      logger.error({ err: error, worker: workerId }, "leases.stayed");
    }
  }

  return {
    async freeAll() {
      await free("all");
    },
    freeOf(workerId) {
      const freeing = freeOf(workerId).finally(() => underWay.delete(freeing));
      underWay.add(freeing);
    },
    async settled() {
      await Promise.all(underWay);
    },
  };
}
