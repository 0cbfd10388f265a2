// The workers: children that are started when there is work, replaced when they die, and ended when they have been idle or say nothing any
// more. One that hangs within a write holds the database's lock, so that nobody else can go on: it is killed, and another goes on for it.
// Knows nothing of what a task is.
import { type ChildProcess, fork } from "node:child_process";
import { serverNodeFlags, type TaskId, type TaskState } from "@outpost/protocol";
import type { Logger } from "pino";
import { type Channel, type Methods, openChannel } from "../internal/channel.ts";
import { transportToChild } from "../internal/process-transport.ts";
import { childEnvironment } from "../process/child-environment.ts";
import type { EntryPoint } from "../process/entry-points.ts";
import { relayErrors } from "../process/relay-errors.ts";
import type { JoinedWorkers } from "./joined-workers.ts";
import { listenForSilence } from "./silence.ts";

export interface WorkerPoolOptions {
  entry: EntryPoint;
  /** Given to the worker as its argument, besides its id. */
  settings: Record<string, unknown>;
  limit: number;
  /** An idle worker beyond the first is ended after this time. */
  idleMs: number;
  /** One that was ready and has said nothing for this long is killed. */
  silentMs: number;
  methods: Methods;
  onAppended(taskId: TaskId, state: TaskState): void;
  onDelta(delta: { taskId: string; step: number; kind: "content" | "thinking"; text: string }): void;
  /** Its process is gone; not told while closing. */
  onGone(workerId: string): void;
  /** Of what workers write to standard error. */
  redact(line: string): string;
  logger: Logger;
}

/** The pool and those who joined from elsewhere, as one. Closing is each one's own. */
export function withJoined(pool: WorkerPool, joined: JoinedWorkers): WorkerPool {
  return {
    wake() {
      joined.wake();
      pool.wake();
    },
    cancel(taskId) {
      joined.cancel(taskId);
      pool.cancel(taskId);
    },
    counts: () => ({ ...pool.counts(), joined: joined.count() }),
    close: (graceMs) => pool.close(graceMs),
  };
}

export interface WorkerPool {
  /** There may be work: every idle worker looks, and one more is started when all are busy. */
  wake(): void;
  cancel(taskId: TaskId): void;
  counts(): { running: number; limit: number; restarts: number; joined?: number };
  /** Asks all to stop, and ends those that do not within the grace. */
  close(graceMs: number): Promise<void>;
}

interface Worker {
  id: string;
  child: ChildProcess;
  channel: Channel;
  taskId: TaskId | null;
  idleSinceMs: number;
  heardMs: number;
  isReady: boolean;
  /** Told to end because there was nothing to do. */
  isLeaving: boolean;
  /** There was something to do after it was told: another is needed in its place. */
  isMissed: boolean;
}

const restartDelaysMs = [100, 500, 2000, 10_000];

export function createWorkerPool(options: WorkerPoolOptions): WorkerPool {
  const workers = new Map<string, Worker>();
  let lastNumber = 0;
  let restarts = 0;
  let failuresInARow = 0;
  let isClosing = false;

  function start(): void {
    if (isClosing || workers.size >= options.limit) return;
    lastNumber += 1;
    const id = `w${process.pid}-${lastNumber}`;
    const child = fork(options.entry.modulePath, [JSON.stringify({ ...options.settings, workerId: id })], {
      execArgv: [...serverNodeFlags, ...options.entry.execArgv],
      env: childEnvironment(),
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    relayErrors(child, options.redact);
    const channel = openChannel(transportToChild(child), options.methods, (name, value) =>
      takeNotice(worker, name, value),
    );
    const worker: Worker = {
      ...{ id, child, channel, taskId: null, idleSinceMs: Date.now(), heardMs: performance.now() },
      ...{ isReady: false, isLeaving: false, isMissed: false },
    };
    workers.set(id, worker);
    child.once("exit", (exitCode, signal) => replace(worker, exitCode, signal));
    child.once("error", (error) => {
      options.logger.error({ err: error, worker: id }, "worker.failed");
      // Could not be started at all: there will be no exit.
      if (child.pid === undefined) replace(worker, null, null);
    });
  }

  /** Starts one unless there is one that can take a task now, or the limit is reached. */
  function ensureFree(): void {
    if (![...workers.values()].some(({ taskId, isLeaving }) => taskId === null && !isLeaving)) start();
  }

  function takeNotice(worker: Worker, name: string, value: unknown): void {
    const given = value as { taskId?: TaskId; state?: TaskState };
    worker.heardMs = performance.now();
    if (name === "ready") {
      worker.isReady = true;
      failuresInARow = 0;
    } else if (name === "busy" && given.taskId) {
      worker.taskId = given.taskId;
      worker.isMissed = true;
      ensureFree();
    } else if (name === "idle") {
      worker.taskId = null;
      worker.idleSinceMs = Date.now();
    } else if (name === "appended" && given.taskId && given.state) options.onAppended(given.taskId, given.state);
    else if (name === "delta") options.onDelta(value as Parameters<WorkerPoolOptions["onDelta"]>[0]);
  }

  function replace(worker: Worker, exitCode: number | null, signal: string | null): void {
    workers.delete(worker.id);
    if (isClosing) return;
    options.onGone(worker.id);
    if (exitCode === 0) {
      if (!worker.isLeaving || worker.isMissed) ensureFree();
      return;
    }
    restarts += 1;
    if (!worker.isReady) failuresInARow += 1;
    options.logger.warn({ worker: worker.id, exitCode, signal, taskId: worker.taskId }, "worker.lost");
    const delayMs = restartDelaysMs[Math.min(failuresInARow, restartDelaysMs.length - 1)] ?? 0;
    setTimeout(ensureFree, delayMs).unref();
  }

  /** Ends idle workers beyond the first, newest first. */
  const trim = setInterval(() => {
    const staying = [...workers.values()].filter(({ isLeaving }) => !isLeaving);
    const idle = staying.filter((worker) => worker.taskId === null && Date.now() - worker.idleSinceMs > options.idleMs);
    for (const worker of idle.slice(staying.length === idle.length ? 1 : 0)) {
      Object.assign(worker, { isLeaving: true, isMissed: false });
      worker.channel.notify("stop", {});
    }
  }, 5000);
  trim.unref();

  const endListening = listenForSilence({
    silentMs: options.silentMs,
    workers: () => [...workers.values()].filter(({ isReady }) => isReady),
    onSilent(worker) {
      options.logger.error({ worker: worker.id, taskId: worker.taskId }, "worker.silent");
      worker.child.kill("SIGKILL");
    },
  });
  start();

  return {
    wake() {
      for (const worker of workers.values()) {
        worker.isMissed = true;
        if (worker.taskId === null) worker.channel.notify("wake", {});
      }
      ensureFree();
    },
    cancel(taskId) {
      for (const worker of workers.values()) if (worker.taskId === taskId) worker.channel.notify("cancel", { taskId });
    },
    counts: () => ({ running: workers.size, limit: options.limit, restarts }),
    async close(graceMs) {
      isClosing = true;
      clearInterval(trim);
      endListening();
      const ended = [...workers.values()].map(
        (worker) => new Promise<void>((resolve) => worker.child.once("exit", () => resolve())),
      );
      for (const worker of workers.values()) worker.channel.notify("stop", {});
      const kill = setTimeout(() => {
        for (const worker of workers.values()) worker.child.kill("SIGKILL");
      }, graceMs);
      await Promise.all(ended);
      clearTimeout(kill);
    },
  };
}
