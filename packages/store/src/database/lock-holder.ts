// Who holds the write lock of a database, as Linux tells it. Knows nothing of processes in another namespace, nor of other systems: nobody then.
import { readFileSync, statSync } from "node:fs";

export interface LockHolder {
  pid: number;
  /** By a signal or a debugger: whoever waits for it waits until it goes on. */
  isStopped: boolean;
}

/** The byte of the file beside the database that its writer locks in WAL mode. */
const writeLockByte = 120;

export function findLockHolder(path: string): LockHolder | undefined {
  try {
    const { ino } = statSync(`${path}-shm`);
    for (const line of readFileSync("/proc/locks", "utf8").split("\n")) {
      const [, , , access, pid, file = "", first, last] = line.trim().split(/\s+/);
      const isIts = access === "WRITE" && file.split(":")[2] === String(ino);
      if (isIts && Number(first) <= writeLockByte && (last === "EOF" || Number(last) >= writeLockByte))
        return { pid: Number(pid), isStopped: isStopped(Number(pid)) };
    }
  } catch {
    // What cannot be read is not known.
  }
  return undefined;
}

function isStopped(pid: number): boolean {
  const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
  return /^[Tt]/.test(stat.slice(stat.lastIndexOf(")") + 2));
}
