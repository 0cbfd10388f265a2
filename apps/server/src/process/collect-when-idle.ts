// Gives memory back when the process has nothing to do. The engine collects only when something is allocated, so an idle server would
// keep for ever what its last work left over (a quarter of its size, measured). Knows nothing of requests: processor time tells.
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

export interface IdleCollection {
  /** Default 20 s. */
  checkMs?: number;
  /** Less processor time than this between two checks is idle. Default 200 ms. */
  busyMs?: number;
}

/** Collects once after each time of work; the returned function ends it. Does nothing where the engine offers no collector. */
export function collectWhenIdle({ checkMs = 20_000, busyMs = 200 }: IdleCollection = {}): () => void {
  const collect = findCollector();
  if (!collect) return () => {};
  let seenMs = 0;
  let hasWorked = false;
  const timer = setInterval(() => {
    const spentMs = processorMs() - seenMs;
    if (spentMs >= busyMs) hasWorked = true;
    else if (hasWorked) {
      collect();
      hasWorked = false;
    }
    seenMs = processorMs();
  }, checkMs);
  timer.unref();
  return () => clearInterval(timer);
}

function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function findCollector(): (() => void) | undefined {
  setFlagsFromString("--expose-gc");
  return runInNewContext("typeof gc === 'function' ? gc : undefined") as (() => void) | undefined;
}
