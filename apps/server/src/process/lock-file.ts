// One server per data directory. The lock names the process and where it listens, so that the CLI on the same machine finds it.
import { closeSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { lockFileName, OutpostError, ServerLock } from "@outpost/protocol";

export interface DataLock {
  /** Says where the server listens. */
  publish(url: string): void;
  release(): void;
}

/** Throws `conflict` when another living server holds the directory. A lock left by a dead process is taken over. */
export function lockDataDirectory(dataDirectory: string): DataLock {
  mkdirSync(dataDirectory, { recursive: true, mode: 0o711 });
  const path = join(dataDirectory, lockFileName);
  const own: ServerLock = { pid: process.pid, startTicks: startTicks(process.pid) ?? "", url: null };
  if (!tryCreate(path, own)) {
    const holder = readLock(path);
    if (holder && isAlive(holder)) {
      throw new OutpostError(
        "conflict",
        `another server (process ${holder.pid}) uses "${dataDirectory}"; stop it or choose another data directory`,
        {
          details: { pid: holder.pid, url: holder.url },
        },
      );
    }
    rmSync(path, { force: true });
    if (!tryCreate(path, own)) throw new OutpostError("conflict", `another server just started in "${dataDirectory}"`);
  }
  return {
    publish(url) {
      const temporary = `${path}.new`;
      const descriptor = openSync(temporary, "w", 0o600);
      writeSync(descriptor, JSON.stringify({ ...own, url }));
      closeSync(descriptor);
      renameSync(temporary, path);
    },
    release() {
      const holder = readLock(path);
      if (holder?.pid === process.pid) rmSync(path, { force: true });
    },
  };
}

function tryCreate(path: string, content: ServerLock): boolean {
  try {
    const descriptor = openSync(path, "wx", 0o600);
    writeSync(descriptor, JSON.stringify(content));
    closeSync(descriptor);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

function readLock(path: string): ServerLock | null {
  try {
    return ServerLock.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch {
    return null;
  }
}

/** A process id alone is not enough: ids are used again. */
function isAlive(holder: ServerLock): boolean {
  const ticks = startTicks(holder.pid);
  return ticks !== null && ticks === holder.startTicks;
}

/** Field 22 of /proc/PID/stat: when the process started. Null when there is no such process. */
function startTicks(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? null;
  } catch {
    return null;
  }
}
