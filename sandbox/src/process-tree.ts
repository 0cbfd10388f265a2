// The processes of one command, and how to end all of them.
// Covered: in the sandbox, every process, because they share a process namespace whose first process we wait for. Not covered: without
// the sandbox (git only), a process that leaves its group; when the server itself is killed in the millisecond in which bubblewrap sets
// a command up, an idle child of bubblewrap stays, in which nothing of the command ever runs.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { OutpostError } from "@outpost/protocol";
import { yieldSessionToServer, yieldToServer } from "./priority.ts";

export interface ProcessTree {
  /** What bubblewrap wrote to its status pipe so far. */
  learn(status: string): void;
  /** Asks to end. */
  terminate(): void;
  /** Ends. */
  kill(): void;
  /** Resolves when no process is left. Rejects with `internal` when some are still there after ten seconds. */
  gone(): Promise<void>;
  /** Whether a process that got away may hold a pipe open. */
  readonly holdsPipes: boolean;
}

const maxWaitMs = 10_000;

/** `pid`: bubblewrap's own process, which waits outside the process namespace. `yields`: to the server, for the processor. */
export function createSandboxTree(pid: number, yields = false): ProcessTree {
  let init: { pid: number; startedAt: string } | undefined;
  let isUnwanted = false;
  const remember = (initPid: number) => {
    init = { pid: initPid, startedAt: readStatus(initPid)?.startedAt ?? "" };
  };
  // in time: bubblewrap still waits for its arguments
  preferAsVictim(pid);
  if (yields) yieldToServer(pid);
  return {
    holdsPipes: false,
    learn(status) {
      const found = init === undefined ? /"child-pid": (\d+)/.exec(status)?.[1] : undefined;
      if (found === undefined) return;
      remember(Number(found));
      if (yields) yieldSessionToServer(Number(found));
      if (isUnwanted) sendSignal(Number(found), "SIGKILL");
    },
    // never bubblewrap itself: its child would wait for it for ever when it is killed between the child's birth and its set-up
    terminate() {
      isUnwanted = true;
      // the first process of a namespace ignores SIGTERM; the rest of its group does not. No group: nothing of the command runs yet
      if (init !== undefined && !sendSignal(-init.pid, "SIGTERM")) sendSignal(init.pid, "SIGKILL");
    },
    kill() {
      if (init === undefined) {
        // stopped, so that no child is born between the look and the kill
        sendSignal(pid, "SIGSTOP");
        for (const child of listChildren(pid)) {
          remember(child);
          sendSignal(child, "SIGKILL");
        }
        sendSignal(pid, "SIGKILL");
      } else {
        sendSignal(init.pid, "SIGKILL");
      }
    },
    async gone() {
      if (init === undefined) return;
      const { pid: initPid, startedAt } = init;
      // a namespace's first process becomes a zombie only when all others have been reaped
      const isThere = () => {
        const now = readStatus(initPid);
        return now !== undefined && now.startedAt === startedAt && !isEnded(now);
      };
      for (let waitedMs = 0, pauseMs = 1; isThere(); waitedMs += pauseMs, pauseMs = Math.min(50, pauseMs * 2)) {
        if (waitedMs > maxWaitMs) throw stillThere(initPid);
        if (waitedMs > 20) sendSignal(initPid, "SIGKILL");
        await sleep(pauseMs);
      }
    },
  };
}

/** A process group, for what runs without the sandbox. */
export function createGroupTree(pid: number): ProcessTree {
  return {
    holdsPipes: true,
    learn() {},
    terminate: () => void sendSignal(-pid, "SIGTERM"),
    kill: () => void sendSignal(-pid, "SIGKILL"),
    async gone() {
      // a zombie still counts as a receiver, and whoever is to reap it may take its time
      for (let waitedMs = 0; sendSignal(-pid, "SIGKILL") && hasLivingMember(pid); waitedMs += 5) {
        if (waitedMs > maxWaitMs) throw stillThere(pid);
        await sleep(5);
      }
    },
  };
}

function sendSignal(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

/** When memory runs out, the kernel ends commands before anything else; what they start inherits it. */
function preferAsVictim(pid: number): void {
  try {
    writeFileSync(`/proc/${pid}/oom_score_adj`, "1000");
  } catch {
    // gone already
  }
}

function hasLivingMember(group: number): boolean {
  const pids = readdirSync("/proc").map(Number).filter(Number.isInteger);
  return pids.map(readStatus).some((status) => status?.group === group && !isEnded(status));
}

function listChildren(parent: number): number[] {
  const pids = readdirSync("/proc").map(Number).filter(Number.isInteger);
  return pids.filter((pid) => readStatus(pid)?.parent === parent);
}

function isEnded(status: { state: string }): boolean {
  return status.state === "Z" || status.state === "X";
}

interface Status {
  state: string;
  parent: number;
  group: number;
  startedAt: string;
}

function readStatus(pid: number): Status | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "latin1");
    // the name may hold spaces and brackets; the fields after it are counted from 3
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return { state: fields[0] ?? "", parent: Number(fields[1]), group: Number(fields[2]), startedAt: fields[19] ?? "" };
  } catch {
    return undefined;
  }
}

function stillThere(pid: number): OutpostError {
  return new OutpostError(
    "internal",
    `processes of a command are still there ${maxWaitMs} ms after its end (pid ${pid})`,
  );
}
