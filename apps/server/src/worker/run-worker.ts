// A worker: leases tasks, runs them one at a time, renews the lease while it does. Does not know whether it is a child of the server or
// joined it from a process of its own.
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import type { Lease, TaskStore } from "@outpost/core";
import { createIdFactory, SandboxStatus, type TaskId } from "@outpost/protocol";
import { openSqliteTaskStore } from "@outpost/store";
import { createTools } from "@outpost/tools";
import { z } from "zod";
import { SandboxSettings } from "../configuration/sandbox-settings.ts";
import { openChannel, type Transport } from "../internal/channel.ts";
import { connectToServer } from "../internal/methods.ts";
import { openPolicySource } from "../policy/policy-source.ts";
import { composeHost, composeProcesses, labelSandbox } from "../process/compose-host.ts";
import { createLogger } from "../process/logger.ts";
import { redactingStore } from "../secrets/redacting-store.ts";
import { createRedactor, type Redactor } from "../secrets/redactor.ts";
import { createRunPolicy } from "./run-policy.ts";
import { loadSecrets } from "./run-secrets.ts";
import { isLostLease, type RunTaskPorts, runTask } from "./run-task.ts";
import { createSyntaxChecker } from "./syntax-checker.ts";
import { createTimings } from "./timings.ts";

export const WorkerSettings = z.strictObject({
  workerId: z.string(),
  dataDirectory: z.string(),
  leaseMs: z.int(),
  logLevel: z.string(),
  commandTimeoutMs: z.int(),
  auditRows: z.int(),
  commandMemoryBytes: z.int(),
  sandbox: SandboxSettings,
  /** Only for children: who joins from elsewhere looks for itself. */
  sandboxTested: SandboxStatus.optional(),
  approvalExpiryMs: z.int(),
  expandGoals: z.boolean(),
  retry: z.strictObject({ limit: z.int(), delayMs: z.int() }),
  tasksPerRepository: z.int(),
  policyFile: z.string(),
});
export type WorkerSettings = z.infer<typeof WorkerSettings>;

type WorkerPorts = Omit<RunTaskPorts, "secrets"> & { redactor: Redactor };

/** Without a word from the server, look for work this often: a lease of a lost worker may have run out. */
const pollMs = 1000;

export interface WorkerSurroundings {
  /** To the server. */
  transport: Transport;
  settings: WorkerSettings;
  /** Ends it at its next event. */
  stop: AbortController;
}

/** Resolves when it was stopped. */
export async function runWorker({ transport, settings, stop }: WorkerSurroundings): Promise<void> {
  const logger = createLogger(settings.logLevel, { worker: settings.workerId });
  const cancels = new Map<TaskId, AbortController>();
  let wake: () => void = () => {};
  const channel = openChannel(transport, {}, (name, value) => {
    if (name === "wake") wake();
    if (name === "cancel") cancels.get((value as { taskId: TaskId }).taskId)?.abort(new Error("cancelled by a person"));
    if (name === "stop") stop.abort(new Error("the server stops"));
  });

  const timings = createTimings(logger);
  const redactor = createRedactor();
  const database = await openSqliteTaskStore({
    path: join(settings.dataDirectory, "tasks.db"),
    maxAuditRows: settings.auditRows,
  });
  const store = timings.store(redactingStore(database, redactor));
  const nowMs = Date.now;
  const syntax = createSyntaxChecker();
  const processes = timings.processes(await composeProcesses(settings, settings.sandboxTested));
  const host = timings.host(composeHost(settings, processes));
  const policies = openPolicySource({
    ...{ policyFile: settings.policyFile, host, audit: store, nowMs },
    commandHosts: settings.sandbox.commandHosts,
  });
  const ports: WorkerPorts = {
    store,
    nowMs,
    logger,
    processes,
    host,
    commandLimits: commandLimitsOf(settings),
    backgroundMs: settings.sandbox.backgroundTimeoutMs,
    commandBounds: {
      outputBytes: settings.sandbox.keptOutputBytes,
      taskBytes: settings.sandbox.keptOutputTaskBytes,
      background: settings.sandbox.backgroundCommands,
    },
    dataDirectory: settings.dataDirectory,
    server: timings.server(connectToServer(channel)),
    tools: createTools(),
    sandbox: labelSandbox(await processes.selfTest()),
    policy: createRunPolicy(policies),
    policies,
    syntax,
    approvalExpiryMs: settings.approvalExpiryMs,
    expandGoals: settings.expandGoals,
    retry: settings.retry,
    redactor,
    newDataMark: () => randomBytes(4).readUInt32BE().toString(36).padStart(7, "0").slice(-6),
    newId: createIdFactory(nowMs, randomBytes),
  };
  stop.signal.addEventListener("abort", () => wake(), { once: true });
  channel.notify("ready", { workerId: settings.workerId });
  // Who hears nothing takes this process for one that hangs.
  const alive = setInterval(() => channel.notify("alive", {}), Math.floor(settings.leaseMs / 3));
  while (!stop.signal.aborted) {
    const lease = await store
      .lease({
        workerId: settings.workerId,
        leaseMs: settings.leaseMs,
        nowMs: nowMs(),
        maxPerRepository: settings.tasksPerRepository,
      })
      .catch((error) => {
        logger.error({ err: error }, "lease.failed");
        return null;
      });
    if (lease) {
      channel.notify("busy", { taskId: lease.taskId });
      await workOn(lease, ports, settings, stop.signal, cancels);
      await syntax.rest();
      timings.report();
      channel.notify("idle", {});
      continue;
    }
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, pollMs);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
  clearInterval(alive);
  await syntax.close();
  await store.close();
}

function commandLimitsOf(settings: WorkerSettings): RunTaskPorts["commandLimits"] {
  const { sandbox } = settings;
  return {
    wallClockMs: settings.commandTimeoutMs,
    outputBytes: sandbox.commandOutputBytes,
    memoryBytes: settings.commandMemoryBytes,
    processes: sandbox.commandProcesses,
    fileBytes: sandbox.commandFileBytes,
    tmpBytes: sandbox.commandTmpBytes,
    cpuSeconds: sandbox.commandCpuSeconds,
  };
}

async function workOn(
  lease: Lease,
  ports: WorkerPorts,
  settings: WorkerSettings,
  stop: AbortSignal,
  cancels: Map<TaskId, AbortController>,
): Promise<void> {
  const lost = new AbortController();
  let hasCrashed = false;
  const heartbeat = keepLease(lease, ports.store, settings.leaseMs, () => lost.abort(new Error("the lease is lost")));
  try {
    const secrets = await loadSecrets(ports.server, ports.redactor);
    await runTask(
      lease,
      { ...ports, secrets },
      {
        stop: AbortSignal.any([stop, lost.signal]),
        renew: () => ports.store.renew(lease, settings.leaseMs, ports.nowMs()),
        newCancelSignal() {
          const controller = new AbortController();
          cancels.set(lease.taskId, controller);
          return controller.signal;
        },
      },
    );
  } catch (error) {
    if (isLostLease(error) || lost.signal.aborted)
      ports.logger.warn({ taskId: lease.taskId, fence: lease.fence }, "lease.lost");
    else if (!stop.aborted) {
      hasCrashed = true;
      ports.logger.error({ err: error, taskId: lease.taskId }, "task.crashed");
    }
  } finally {
    clearInterval(heartbeat);
    cancels.delete(lease.taskId);
    // What crashed is tried again, but not at once: the lease runs out first.
    if (!hasCrashed) await ports.store.release(lease).catch(() => {});
  }
}

function keepLease(lease: Lease, store: TaskStore, leaseMs: number, onLost: () => void): NodeJS.Timeout {
  return setInterval(
    () => {
      store.renew(lease, leaseMs, Date.now()).catch((error) => {
        if (isLostLease(error)) onLost();
      });
    },
    Math.floor(leaseMs / 3),
  );
}
