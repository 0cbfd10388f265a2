// A control group for one command: what all its processes may use together. Without one, limits hold for each process by itself.
// Covered: memory with what lies in temporary files, number of processes, share of the processor. Not covered: the disk, and time; the group
// is entered before the command's program starts, so nothing of it is outside.
import { mkdirSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { ProcessLimits } from "@outpost/core";
import type { GroupPlace } from "./find-groups.ts";

export interface CommandGroup {
  /** Throws when the process cannot be put into it: then it must not go on. */
  enter(pid: number): void;
  /** After the last process is gone. */
  remove(): Promise<void>;
}

/** Processes of the sandbox itself that are in the group as well: bubblewrap outside and inside, prlimit before it becomes the program. */
const ownProcesses = 4;
/** And what they take. */
const ownBytes = 16_777_216;
/** Of the share that others have. */
const weight = { v1: { of: 1024, ours: 102 }, v2: { of: 100, ours: 10 } };
const maxTries = 50;

let made = 0;

/** Throws when the group cannot be made. */
export function makeCommandGroup(
  { version, parents }: GroupPlace,
  limits: Pick<ProcessLimits, "memoryBytes" | "processes">,
): CommandGroup {
  const name = `outpost-${process.pid}-${++made}`;
  const memoryBytes = limits.memoryBytes + ownBytes;
  const processes = limits.processes + ownProcesses;
  const settings =
    version === 2
      ? {
          memory: [["memory.max", memoryBytes] as const, ["memory.swap.max", 0] as const],
          pids: [["pids.max", processes] as const],
          cpu: [["cpu.weight", weight.v2.ours] as const],
        }
      : {
          memory: [
            ["memory.limit_in_bytes", memoryBytes] as const,
            ["memory.memsw.limit_in_bytes", memoryBytes] as const,
          ],
          pids: [["pids.max", processes] as const],
          cpu: [["cpu.shares", weight.v1.ours] as const],
        };
  const directories = new Set<string>();
  for (const [controller, parent] of Object.entries(parents)) {
    const directory = join(parent, name);
    if (!directories.has(directory)) mkdirSync(directory);
    directories.add(directory);
    for (const [file, value] of settings[controller as keyof typeof settings]) set(join(directory, file), value);
  }
  return {
    enter(pid) {
      for (const directory of directories) writeFileSync(join(directory, "cgroup.procs"), String(pid));
    },
    async remove() {
      for (const directory of directories) await removeGroup(directory);
    },
  };
}

function set(path: string, value: number): void {
  try {
    writeFileSync(path, String(value));
  } catch (error) {
    // kernels without accounting of swap have no such file; then there is none to bound
    if (!/swap|memsw/.test(path)) throw error;
  }
}

/** A process that has just ended may be in it for another moment. */
async function removeGroup(directory: string): Promise<void> {
  for (let tries = 0; tries < maxTries; tries++) {
    try {
      rmdirSync(directory);
      return;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "ENOENT") return;
      await sleep(tries < 10 ? 2 : 20);
    }
  }
}
