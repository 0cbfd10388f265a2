// One server per data directory. The lock names the process and where it listens, so that the CLI on the same machine finds it.
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
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
    if (holder && isAlive(holder)) throw heldError(holder, dataDirectory);
    takeAway(path, dataDirectory);
    if (!tryCreate(path, own)) throw new OutpostError("conflict", `another server just started in "${dataDirectory}"`);
  }
  return {
    publish(url) {
      renameSync(writeAside(path, { ...own, url }), path);
    },
    release() {
      const holder = readLock(path);
      if (holder?.pid === process.pid) rmSync(path, { force: true });
    },
  };
}

function heldError({ pid, url }: ServerLock, dataDirectory: string): OutpostError {
  return new OutpostError(
    "conflict",
    `another server (process ${pid}) uses "${dataDirectory}"; stop it or choose another data directory`,
    { details: { pid, url } },
  );
}

/** Whole from its first moment: a reader never takes a lock that is being written for one that nobody holds. */
function tryCreate(path: string, content: ServerLock): boolean {
  const aside = writeAside(path, content);
  try {
    linkSync(aside, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

function writeAside(path: string, content: ServerLock): string {
  const aside = `${path}.${process.pid}`;
  writeFileSync(aside, JSON.stringify(content), { mode: 0o600 });
  return aside;
}

/** Moved before it is removed: of several that find it dead, one gets it, and a lock that came alive in between is put back. */
function takeAway(path: string, dataDirectory: string): void {
  const aside = `${path}.${process.pid}.dead`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    throw error;
  }
  const holder = readLock(aside);
  try {
    if (!holder || !isAlive(holder)) return;
    linkSync(aside, path);
    throw heldError(holder, dataDirectory);
  } finally {
    rmSync(aside, { force: true });
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
