// Finds who has said nothing for too long. Workers say that they are there three times a lease, whatever they do. Knows nothing of how they
// are reached.
interface Heard {
  /** When it said something last, as `performance.now()` has it. */
  heardMs: number;
}

export interface SilenceOptions<Worker extends Heard> {
  silentMs: number;
  /** Who could be heard. */
  workers(): Iterable<Worker>;
  /** Again at each look until it is no longer among the workers. */
  onSilent(worker: Worker): void;
}

const lookMs = 500;

/** Returns how to end it. */
export function listenForSilence<Worker extends Heard>(options: SilenceOptions<Worker>): () => void {
  let lookedMs = performance.now();
  const timer = setInterval(() => {
    const nowMs = performance.now();
    // This process itself was stopped or very busy: what was said meanwhile is still to be read.
    const wasAway = nowMs - lookedMs > 4 * lookMs;
    lookedMs = nowMs;
    for (const worker of options.workers()) {
      if (wasAway) worker.heardMs = nowMs;
      else if (nowMs - worker.heardMs > options.silentMs) options.onSilent(worker);
    }
  }, lookMs);
  timer.unref();
  return () => clearInterval(timer);
}
