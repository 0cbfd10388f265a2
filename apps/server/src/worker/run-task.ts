// The loop of one leased task: decide, perform, append. The only place where core meets the world.
import { decide, type Lease, type TaskStore } from "@outpost/core";
import { isOutpostError } from "@outpost/protocol";
import type { Logger } from "pino";
import { openRunLog, type RunLog } from "./log.ts";
import { performIntent } from "./perform.ts";
import type { PerformPorts } from "./perform-ports.ts";
import { openWorkbench, type Workbench, type WorkbenchPorts } from "./workbench.ts";

export interface RunTaskPorts extends WorkbenchPorts, Omit<PerformPorts, "workbench" | "log" | "fence" | "taskSignal"> {
  store: TaskStore;
  nowMs: () => number;
  logger: Logger;
}

export interface RunTaskControl {
  /** Ends the worker's work at the next await: shutdown, or a lost lease. Nothing more is appended. */
  stop: AbortSignal;
  /** Aborts what is under way because a person cancelled; the loop then ends the task by name. */
  newCancelSignal(): AbortSignal;
}

/** Works until the task rests, the lease is lost or `stop` aborts. */
export async function runTask(lease: Lease, ports: RunTaskPorts, control: RunTaskControl): Promise<void> {
  const log = await openRunLog(lease.taskId, lease.fence, {
    store: ports.store,
    nowMs: ports.nowMs,
    onAppended: () => ports.server.noteAppended(lease.taskId),
  });
  const workbench = openWorkbench(ports, () => log.state, lease.fence);
  try {
    noteTakenOver(log, lease);
    await workUntilRest(log, workbench, lease, ports, control);
  } finally {
    await workbench.close();
  }
}

/** A lease on a running task means that its last worker is gone. */
function noteTakenOver(log: RunLog, lease: Lease): void {
  if (log.state.state !== "running" || !log.state.run) return;
  log.add({
    type: "run.resumed",
    runId: log.state.run.runId,
    fence: lease.fence,
    reason: "the worker before was lost",
  });
}

async function workUntilRest(
  log: RunLog,
  workbench: Workbench,
  lease: Lease,
  ports: RunTaskPorts,
  control: RunTaskControl,
): Promise<void> {
  for (;;) {
    control.stop.throwIfAborted();
    const intent = decide(log.state);
    if (intent.type === "rest") {
      await log.flush();
      if (decide(log.state).type === "rest") return;
      continue;
    }
    const cancel = control.newCancelSignal();
    const taskSignal = AbortSignal.any([control.stop, cancel]);
    try {
      for await (const event of performIntent(intent, { ...ports, log, workbench, fence: lease.fence, taskSignal })) {
        log.add(event);
      }
      // What was under way did not listen: the cancel is in the log, and nothing new is begun.
      if (cancel.aborted) await log.refresh();
    } catch (error) {
      control.stop.throwIfAborted();
      if (!cancel.aborted) throw error;
      // Cancelled in the middle of something: the log says so, and `decide` ends the run.
      await log.refresh();
      if (!log.state.cancelRequested && !isLostLease(error)) throw error;
    }
  }
}

export function isLostLease(error: unknown): boolean {
  return isOutpostError(error) && error.code === "conflict" && error.details["reason"] === "fence";
}
