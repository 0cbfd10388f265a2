// Peak memory and processor time of a server and its children while something is measured, as /proc shows them.
import { readFileSync } from "node:fs";
import { processTree } from "../harness/processes.ts";

export interface ProcessWatch {
  /** Bytes of the largest process of each role so far: the kernel's own high-water mark. */
  peaks(): Record<string, number>;
  /** Seconds of processor time of all of them, those that have ended included, since the watch began. */
  cpuSeconds(): number;
  stop(): void;
}

const intervalMs = 100;
const ownRoles = new Set(["server", "worker", "indexer", "parser"]);

export function watchProcesses(rootPid: number): ProcessWatch {
  const peaks: Record<string, number> = {};
  const startSeconds = totalSeconds(rootPid);
  const look = (): void => {
    for (const { pid, role } of processTree(rootPid)) {
      const name = ownRoles.has(role) ? role : "commands";
      peaks[name] = Math.max(peaks[name] ?? 0, highWaterBytes(pid));
    }
  };
  look();
  const timer = setInterval(look, intervalMs);
  return {
    peaks() {
      look();
      return { ...peaks };
    },
    cpuSeconds: () => totalSeconds(rootPid) - startSeconds,
    stop: () => clearInterval(timer),
  };
}

/** A child that has ended is in the sum of the one that waited for it. */
function totalSeconds(rootPid: number): number {
  return processTree(rootPid).reduce((sum, { ownSeconds, waitedSeconds }) => sum + ownSeconds + waitedSeconds, 0);
}

function highWaterBytes(pid: number): number {
  try {
    return Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}
