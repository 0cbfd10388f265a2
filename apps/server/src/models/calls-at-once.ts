// A bound on calls at the same time: who comes later waits for a turn. Knows nothing of what is called.

export interface CallsAtOnce {
  /** Resolves when it is the caller's turn; rejects with the signal's reason. */
  enter(signal: AbortSignal): Promise<void>;
  leave(): void;
}

export function createCallsAtOnce(limit: number): CallsAtOnce {
  const waiting = new Set<() => void>();
  let calls = 0;

  /** Who gives up leaves the queue, so that no turn is given to nobody. */
  function waitForTurn(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        waiting.delete(done);
        signal.removeEventListener("abort", done);
        resolve();
      };
      waiting.add(done);
      signal.addEventListener("abort", done, { once: true });
    });
  }

  return {
    async enter(signal) {
      while (calls >= limit) {
        signal.throwIfAborted();
        await waitForTurn(signal);
      }
      signal.throwIfAborted();
      calls += 1;
    },
    leave() {
      calls -= 1;
      for (const next of [...waiting].slice(0, 1)) next();
    },
  };
}
