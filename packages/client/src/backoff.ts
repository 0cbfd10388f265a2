// Waiting before the next attempt: doubling, capped, with jitter, and ended by an abort.

export interface Reconnect {
  firstDelayMs: number;
  maxDelayMs: number;
  /** In a row without anything received; then the last failure is thrown. */
  maxAttempts: number;
}

/** About four minutes in all: a server that is restarted is back by then. */
export const defaultReconnect: Reconnect = { firstDelayMs: 250, maxDelayMs: 10_000, maxAttempts: 30 };

/** `attempt` from 1. Between half of the delay and all of it. */
export function delayBefore(attempt: number, { firstDelayMs, maxDelayMs }: Reconnect, random: () => number): number {
  const delay = Math.min(maxDelayMs, firstDelayMs * 2 ** Math.min(attempt - 1, 30));
  return delay * (0.5 + random() / 2);
}

/** Rejects with the signal's reason when that comes first. */
export async function sleep(delayMs: number, signal: AbortSignal | undefined): Promise<void> {
  signal?.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    const onAbort = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", onAbort);
      resolve();
    }, delayMs);
    signal?.addEventListener("abort", onAbort, { once: true });
  });
}
