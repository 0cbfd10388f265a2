// The time limits of one request, and its end: a signal that fires when the caller aborts, when nothing came for too long, or when the
// request is over (which closes the connection). Knows nothing of what is asked.
import { isOutpostError, OutpostError } from "@outpost/protocol";

/** For a question about models whose answer somebody needs. A server that is busy answering another prompt may take its time. */
export const defaultLookupMs = 10_000;

/** Something is there, or was, and did not say a word in time. Not the same as a server that is not there. */
export function slowError(what: string, timeoutMs: number): OutpostError {
  return new OutpostError("unavailable", `no answer from ${what} within ${timeoutMs} ms`, {
    retryable: true,
    details: { reason: "slow" },
  });
}

export function isSlow(error: unknown): boolean {
  return isOutpostError(error) && error.details["reason"] === "slow";
}

export interface Exchange {
  readonly signal: AbortSignal;
  /** Whether the time ran out; never true after the caller aborted. */
  readonly timedOut: boolean;
  readonly elapsedMs: number;
  /** Something came: from now on `ms` without anything more end it. */
  extend(ms: number): void;
  /** Ends timers and connection. */
  close(): void;
}

export function openExchange(caller: AbortSignal, firstMs: number): Exchange {
  const controller = new AbortController();
  const startedAt = performance.now();
  let timedOut = false;
  const expire = () => {
    timedOut = true;
    controller.abort(new Error("no answer in time"));
  };
  let timer = setTimeout(expire, firstMs);
  const abort = () => controller.abort(caller.reason);
  caller.addEventListener("abort", abort, { once: true });
  return {
    signal: controller.signal,
    get timedOut() {
      return timedOut && !caller.aborted;
    },
    get elapsedMs() {
      return Math.round(performance.now() - startedAt);
    },
    extend(ms) {
      clearTimeout(timer);
      timer = setTimeout(expire, ms);
    },
    close() {
      clearTimeout(timer);
      caller.removeEventListener("abort", abort);
      controller.abort(new Error("the exchange is over"));
    },
  };
}
