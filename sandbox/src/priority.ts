// Lets the server go first: commands get the processor when nobody else wants it more.
// Covered: the priority of a command's processes, which what they start inherits; the weight of its session, where the kernel shares the
// processor by sessions (sched_autogroup) and would not look at priorities beyond them. Not covered: a command that opens many sessions
// where the kernel does that; a control group with a weight is what helps there.
import { readFileSync, writeFileSync } from "node:fs";
import { getPriority, setPriority } from "node:os";

/** Steps below the server; each is a fifth less, so that this is a tenth of what the server gets. */
const steps = 10;
const lowest = 19;
const lookEveryMs = 2;
const maxLooks = 100;

/** Before the process has started anything. */
export function yieldToServer(pid: number): void {
  try {
    setPriority(pid, belowServer());
  } catch {
    // gone already, or has less already
  }
}

function belowServer(): number {
  return Math.min(lowest, getPriority() + steps);
}

/** `pid`: of a process that is about to open a session of its own, and is waited for a fifth of a second at most. */
export function yieldSessionToServer(pid: number): void {
  let looks = 0;
  const look = () => {
    const session = readSession(pid);
    if (session === undefined) return;
    if (session === pid) return setSessionNiceness(pid);
    looks += 1;
    if (looks < maxLooks) setTimeout(look, lookEveryMs).unref();
  };
  look();
}

/** Undefined for a process that is gone. */
function readSession(pid: number): number | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "latin1");
    return Number(text.slice(text.lastIndexOf(")") + 2).split(" ")[3]);
  } catch {
    return undefined;
  }
}

function setSessionNiceness(pid: number): void {
  try {
    writeFileSync(`/proc/${pid}/autogroup`, String(belowServer()));
  } catch {
    // a kernel that does not share by sessions, or a process that belongs to another user
  }
}
