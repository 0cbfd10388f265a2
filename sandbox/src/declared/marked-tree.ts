// The processes of a command that no namespace holds together: its group, and whatever else has its mark in the environment.
// Not covered: a process that left the group and started another program without the mark.
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { yieldToServer } from "../priority.ts";
import { createGroupTree, type ProcessTree } from "../process-tree.ts";

export const markName = "OUTPOST_COMMAND";

const maxRounds = 200;
const pauseMs = 10;

export function createMarkedTree(pid: number, mark: string): ProcessTree {
  const group = createGroupTree(pid);
  yieldToServer(pid);
  return {
    ...group,
    async gone() {
      await group.gone();
      // again until none is found: one may have been starting another
      for (let round = 0; round < maxRounds; round++) {
        const found = findMarked(mark);
        if (found.length === 0) return;
        for (const process of found) end(process);
        await sleep(pauseMs);
      }
    },
  };
}

function findMarked(mark: string): number[] {
  const wanted = `${markName}=${mark}`;
  const pids = readdirSync("/proc").map(Number).filter(Number.isInteger);
  return pids.filter((pid) => readEnvironment(pid).includes(wanted));
}

/** Empty for a zombie, and for processes of other users. */
function readEnvironment(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, "latin1").split("\0");
  } catch {
    return [];
  }
}

function end(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // ended meanwhile
  }
}
