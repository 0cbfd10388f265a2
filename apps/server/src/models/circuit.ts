// A circuit breaker: a model that failed several times in a row is left alone for a while, longer each time, and then one call decides.
// Knows no model and no clock: the time comes in.
import type { ModelHealth } from "@outpost/protocol";

export interface Circuit {
  /** Whether a call may be made now. The first one after the pause is the trial: until it has ended there is no other. */
  mayCall(nowMs: number): boolean;
  noteSuccess(): void;
  noteFailure(message: string, nowMs: number): void;
  /** The call ended without a word on the model's health. */
  noteNothing(): void;
  health(nowMs: number): ModelHealth;
}

/** So many failures in a row open it. */
const tolerated = 4;
const firstPauseMs = 5000;
const maxPauseMs = 60_000;

export function createCircuit(): Circuit {
  let failuresInARow = 0;
  let retryAtMs: number | null = null;
  let lastError: string | null = null;
  let isTrying = false;

  return {
    mayCall(nowMs) {
      if (retryAtMs === null) return true;
      if (nowMs < retryAtMs || isTrying) return false;
      isTrying = true;
      return true;
    },
    noteSuccess() {
      failuresInARow = 0;
      retryAtMs = null;
      lastError = null;
      isTrying = false;
    },
    noteFailure(message, nowMs) {
      failuresInARow += 1;
      lastError = message;
      isTrying = false;
      if (failuresInARow < tolerated) return;
      retryAtMs = nowMs + Math.min(maxPauseMs, firstPauseMs * 2 ** (failuresInARow - tolerated));
    },
    noteNothing() {
      isTrying = false;
    },
    health(nowMs) {
      const isOpen = retryAtMs !== null;
      const circuit = !isOpen ? "closed" : isTrying || (retryAtMs ?? 0) <= nowMs ? "trying" : "open";
      return { circuit, failuresInARow, retryAtMs, lastError };
    },
  };
}
