// Tries again what may succeed later: bounded, with jitter, ended by an abort.
import { setTimeout as sleep } from "node:timers/promises";
import { isOutpostError } from "@outpost/protocol";

const maxDelayMs = 10_000;
/** What was waited for in vain so often is not waited for again: it may still be under way, and a server that hangs holds up who asks. */
const maxTimeouts = 2;

/** Rejects with the last error. An error's `details.retryAfterMs` is waited for, up to ten seconds. */
export async function retrying<Value>(
  { maxAttempts, firstDelayMs }: { maxAttempts: number; firstDelayMs: number },
  signal: AbortSignal | undefined,
  work: () => Promise<Value>,
): Promise<Value> {
  let timeouts = 0;
  for (let attempt = 1; ; attempt += 1) {
    signal?.throwIfAborted();
    try {
      return await work();
    } catch (error) {
      if (!isOutpostError(error) || !error.retryable || attempt >= maxAttempts) throw error;
      if (error.code === "timeout") timeouts += 1;
      if (timeouts >= maxTimeouts) throw error;
      const asked = Number(error.details.retryAfterMs ?? 0);
      const delayMs = Math.max(asked, firstDelayMs * 2 ** (attempt - 1)) * (1 + Math.random() / 2);
      await sleep(Math.min(maxDelayMs, delayMs), undefined, signal ? { signal } : {});
    }
  }
}
