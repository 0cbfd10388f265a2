// Processes as /proc shows them: which belong together, what memory and processor time they took. Linux only.
import { readdirSync, readFileSync } from "node:fs";

export interface ProcessInfo {
  pid: number;
  parent: number;
  /** By its entry point: server, worker, indexer, parser; else its name. */
  role: string;
  /** User and system time, in seconds, of itself and of the children it has waited for. */
  ownSeconds: number;
  waitedSeconds: number;
}

export interface Memory {
  rssBytes: number;
  /** Shared pages divided among those who share them: sums over processes are true. */
  pssBytes: number;
}

/** What `getconf CLK_TCK` says on every Linux that node runs on. */
const ticksPerSecond = 100;

/** The process and all its descendants that live now. */
export function processTree(rootPid: number): ProcessInfo[] {
  const all = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => readProcess(Number(name)) ?? []);
  const wanted = new Set([rootPid]);
  // A child may have a smaller id than its parent: look until nothing is added.
  for (let before = -1; before !== wanted.size; ) {
    before = wanted.size;
    for (const { pid, parent } of all) if (wanted.has(parent)) wanted.add(pid);
  }
  return all.filter(({ pid }) => wanted.has(pid));
}

function readProcess(pid: number): ProcessInfo | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const ticks = (index: number) => Number(fields[index] ?? 0) / ticksPerSecond;
    return {
      pid,
      parent: Number(fields[1]),
      role: roleOf(pid, stat),
      ownSeconds: ticks(11) + ticks(12),
      waitedSeconds: ticks(13) + ticks(14),
    };
  } catch {
    return null;
  }
}

function roleOf(pid: number, stat: string): string {
  const command = readFileSync(`/proc/${pid}/cmdline`, "utf8");
  const entry = /\/(server|worker|indexer|parser)\.js(?:\0|$)/.exec(command)?.[1];
  return entry ?? stat.slice(stat.indexOf("(") + 1, stat.lastIndexOf(")"));
}

/** Zero for a process that has just ended. */
export function readMemory(pid: number): Memory {
  try {
    const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
    const kilobytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(rollup)?.[1] ?? 0);
    return { rssBytes: kilobytes("Rss") * 1024, pssBytes: kilobytes("Pss") * 1024 };
  } catch {
    return { rssBytes: 0, pssBytes: 0 };
  }
}
