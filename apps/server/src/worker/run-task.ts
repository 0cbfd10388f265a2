// The loop of one leased task: decide, perform, append. The only place where core meets the world.
import { randomUUID } from "node:crypto";
import { decide, type Intent, type Lease, type RetrySettings, type TaskStore } from "@outpost/core";
import { isOutpostError } from "@outpost/protocol";
import type { Logger } from "pino";
import { openRunLog, type RunLog } from "./log.ts";
import { performIntent } from "./perform.ts";
import type { PerformPorts } from "./perform-ports.ts";
import { openWorkbench, type Workbench, type WorkbenchPorts } from "./workbench.ts";

export interface RunTaskPorts extends WorkbenchPorts, Omit<PerformPorts, "workbench" | "log" | "fence" | "taskSignal"> {
  store: TaskStore;
  nowMs: () => number;
  retry: RetrySettings;
  logger: Logger;
}

export interface RunTaskControl {
  /** Ends the worker's work at the next await: shutdown, or a lost lease. Nothing more is appended. */
  stop: AbortSignal;
  /** Aborts what is under way because a person cancelled; the loop then ends the task by name. */
  newCancelSignal(): AbortSignal;
  /** Of a lease that ran out before it was renewed. Rejects when another has taken the task. */
  renew(): Promise<unknown>;
}

/**
 * Works until the task rests, the lease is lost or `stop` aborts. What stands in the way of a run for good ends it by name. Rejects with
 * what may pass (`retryable`) or was not ours to say: whoever leases the task next tries again.
 */
export async function runTask(lease: Lease, ports: RunTaskPorts, control: RunTaskControl): Promise<void> {
  const log = await openRunLog(lease.taskId, lease.fence, {
    store: ports.store,
    nowMs: ports.nowMs,
    retry: ports.retry,
    renew: control.renew,
    redact: ports.secrets.redactor.redactValue,
    onAppended: (state) => ports.server.noteAppended(lease.taskId, state),
  });
  const workbench = openWorkbench(ports, () => log.state, lease.fence);
  try {
    await noteTakenOver(log, lease);
    await workUntilRest(log, workbench, lease, ports, control);
  } catch (error) {
    control.stop.throwIfAborted();
    await endByName(log, ports, error);
  } finally {
    // What stays on disk is no matter of the task; the next start removes it.
    await workbench.close().catch((error) => ports.logger.warn({ err: error }, "worktree.stayed"));
  }
}

/** A lease on a running task means that its last worker is gone. Stored at once: workers that are lost before they store anything are counted. */
async function noteTakenOver(log: RunLog, lease: Lease): Promise<void> {
  if (log.state.state !== "running" || !log.state.run) return;
  log.add({
    type: "run.resumed",
    runId: log.state.run.runId,
    fence: lease.fence,
    reason: "the worker before was lost",
  });
  await log.flush();
}

async function endByName(log: RunLog, { logger }: RunTaskPorts, error: unknown): Promise<void> {
  const known = isOutpostError(error) ? error : null;
  if (known?.retryable || isTakenOver(error)) throw error;
  await log.goBack();
  const { run, state, taskId } = log.state;
  if (state !== "running" || !run) throw error;
  const id = randomUUID();
  const isBug = known === null || known.code === "internal";
  logger.error({ err: error, taskId, runId: run.runId, id }, "run.failed");
  const message = isBug
    ? `the run met a bug of Outpost; the server's log has the details under "${id}"`
    : known.message;
  const outcome = { type: "failed" as const, code: known?.code ?? "internal", message, retryable: false };
  log.add({ type: "run.finished", runId: run.runId, outcome });
  await log.flush();
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
    // The run before ended in this very lease; the next one has a worktree and a view of its own.
    if (intent.type === "start_run" || intent.type === "verify_change") await workbench.close();
    if (intent.type === "rest") {
      await log.flush();
      if (decide(log.state).type === "rest") return;
      continue;
    }
    if (await givesWay(intent, log, ports)) return;
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
      if (log.state.state === "running" && !log.state.cancelRequested && !isTakenOver(error)) throw error;
    }
  }
}

/** Between two steps, where the queue or the repository is paused: the run goes on from here when it is resumed. */
async function givesWay(intent: Intent, log: RunLog, { store }: RunTaskPorts): Promise<boolean> {
  if (intent.type !== "retrieve") return false;
  const pause = await store.findPause(log.state.spec.repositoryId);
  if (pause === null) return false;
  const because = `paused by ${pause.by}${pause.reason === null ? "" : `: ${pause.reason}`}`;
  log.add({ type: "task.queued", reason: "yielded", because });
  await log.flush();
  return log.state.state === "queued";
}

export function isLostLease(error: unknown): boolean {
  return isOutpostError(error) && error.code === "conflict" && error.details["reason"] === "fence";
}

/** The store says so, or a checkpoint's ref does, which a worker with a newer fence has moved. */
function isTakenOver(error: unknown): boolean {
  return isLostLease(error) || (isOutpostError(error) && error.code === "conflict" && "fence" in error.details);
}
