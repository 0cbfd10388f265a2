// A lock between processes of one machine: a file that names its holder, taken over when that process is gone.
import { link, readFile, rm, writeFile } from "node:fs/promises";
import { setTimeout } from "node:timers/promises";
import { systemErrorCode } from "@outpost/checkout";

const POLL_MS = 50;
const heldHere = new Set<string>();

/** Runs `action` while nobody else holds `path`; waits for that as long as `signal` lets it. */
export async function withLock<T>(path: string, signal: AbortSignal, action: () => Promise<T>): Promise<T> {
  while (heldHere.has(path) || !(await tryLock(path))) await setTimeout(POLL_MS, undefined, { signal });
  try {
    return await action();
  } finally {
    await rm(path, { force: true });
    heldHere.delete(path);
  }
}

async function tryLock(path: string): Promise<boolean> {
  heldHere.add(path);
  const own = `${path}.${process.pid}`;
  try {
    await writeFile(own, String(process.pid));
    await link(own, path);
    return true;
  } catch (error) {
    heldHere.delete(path);
    if (systemErrorCode(error) !== "EEXIST") throw error;
    const holder = Number(await readFile(path, "utf8").catch(() => "0"));
    // Our own pid without us holding it: a process before us had the number.
    if (holder === process.pid || (holder > 0 && !isAlive(holder))) await rm(path, { force: true });
    return false;
  } finally {
    await rm(own, { force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemErrorCode(error) === "EPERM";
  }
}
