// Makes the disk fail under running processes: strace lets their calls on some paths, or all of them, come back with EIO until it is ended.
// Takes the right to trace; `canBreakDisk` says whether it is there.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

export interface BrokenDisk {
  /** Calls that came back with EIO so far. */
  failures(): number;
  mend(): Promise<void>;
}

export interface BreakDisk {
  pids: readonly number[];
  /** Of system calls. */
  calls: string;
  /** Absent: whatever the calls are about. */
  paths?: readonly string[];
}

/** Blocks until the processes are traced, so that the very next call fails. */
export function breakDisk({ pids, calls, paths = [] }: BreakDisk): BrokenDisk {
  const folder = mkdtempSync(join(tmpdir(), "outpost-broken-disk-"));
  const [log, said] = [join(folder, "log"), join(folder, "said")];
  const argv = [
    ...["-f", "-o", log, "-e", `trace=${calls}`, "-e", `inject=${calls}:error=EIO`],
    ...paths.flatMap((path) => ["-P", path]),
    ...pids.flatMap((pid) => ["-p", String(pid)]),
  ];
  const child = spawn("sh", ["-c", 'exec strace "$@" 2>"$0"', said, ...argv], { stdio: "ignore" });
  const text = (path: string): string => {
    try {
      return readFileSync(path, "utf8");
    } catch {
      return "";
    }
  };
  const isAttached = (pid: number): boolean => new RegExp(`Process ${pid} attached`).test(text(said));
  const deadlineMs = Date.now() + 30_000;
  while (!pids.every(isAttached)) {
    if (Date.now() > deadlineMs) throw new Error(`strace does not attach: ${text(said)}`);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
  }
  return {
    failures: () => text(log).split("(INJECTED)").length - 1,
    async mend() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, "exit");
      child.kill("SIGINT");
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Tried on a process of another parent than strace, as a server is. */
export function canBreakDisk(): boolean {
  if (spawnSync("strace", ["--version"]).status !== 0) return false;
  const victim = spawn("sleep", ["60"], { stdio: "ignore" });
  try {
    const probe = ["-qq", "-o", "/dev/null", "-e", "trace=none", "-p", String(victim.pid)];
    // Ends by the limit of time when it has attached, at once with an error when it may not.
    return spawnSync("timeout", ["0.5", "strace", ...probe]).status === 124;
  } finally {
    victim.kill("SIGKILL");
  }
}

/** Until so many calls have failed. */
export async function hasFailed(disk: BrokenDisk, count = 1): Promise<void> {
  for (const deadlineMs = Date.now() + 60_000; disk.failures() < count; await sleep(20))
    if (Date.now() > deadlineMs) throw new Error(`only ${disk.failures()} of ${count} calls failed`);
}
