// One at a time per key, in the order of asking.

export type TaskLocks = ReturnType<typeof createTaskLocks>;

export function createTaskLocks() {
  const tails = new Map<string, Promise<unknown>>();
  return {
    /** Resolves when nothing is under way, of whatever key. */
    async settled(): Promise<void> {
      while (tails.size > 0) await Promise.all(tails.values());
    },
    async run<Value>(key: string, work: () => Promise<Value>): Promise<Value> {
      const before = tails.get(key) ?? Promise.resolve();
      const mine = before.then(work, work);
      const settled = mine.catch(() => {});
      tails.set(key, settled);
      try {
        return await mine;
      } finally {
        if (tails.get(key) === settled) tails.delete(key);
      }
    },
  };
}
