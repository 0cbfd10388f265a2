// Turns limits into the prlimit call that every command starts through, inside the sandbox.
// Covered: processes (counted per sandbox on Linux 5.14 and later, per user before), memory of each process, size of each written
// file, processor time, core dumps. Not covered: memory and disk of all processes together; the product of processes and memory is the
// only bound on memory here (the kernel is told to end commands first), and the worktree's file system the only one on disk.
import { availableParallelism } from "node:os";
import type { ProcessLimits } from "@outpost/core";

/** What a command gets when nobody says otherwise. */
export const defaultProcessLimits: ProcessLimits = {
  wallClockMs: 120_000,
  outputBytes: 1_000_000,
  memoryBytes: 4_294_967_296,
  processes: 256,
  fileBytes: 1_073_741_824,
  tmpBytes: 268_435_456,
};

/** What may be reserved without being used: WebAssembly and Java reserve many gigabytes and then use few. */
const addressSpaceFactor = 16;

export function cpuSecondsOf(limits: ProcessLimits): number {
  const wholeClock = Math.ceil(limits.wallClockMs / 1000) * availableParallelism() + 1;
  return Math.min(limits.cpuSeconds ?? wholeClock, wholeClock);
}

export function prlimitArguments(limits: ProcessLimits): string[] {
  return [
    `--nproc=${limits.processes}`,
    `--data=${limits.memoryBytes}`,
    `--as=${limits.memoryBytes * addressSpaceFactor}`,
    `--fsize=${limits.fileBytes}`,
    `--cpu=${cpuSecondsOf(limits)}`,
    // 1, not 0: the kernel still starts the host's crash handler at 0
    "--core=1",
  ];
}
