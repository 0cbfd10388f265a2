// One indexer at a time: forks it when it is needed, ends it when it was idle, and never starts another before the last is gone, since
// only one may write. Knows no requests.
import { type ChildProcess, fork } from "node:child_process";
import { type Channel, openChannel } from "../internal/channel.ts";
import { transportToChild } from "../internal/process-transport.ts";
import { childEnvironment } from "../process/child-environment.ts";
import { relayErrors } from "../process/relay-errors.ts";
import type { IndexerSettings } from "./messages.ts";

export interface IndexerEntry {
  modulePath: string;
  execArgv: readonly string[];
}

export interface IndexerConnectionOptions {
  entry: IndexerEntry;
  settings: IndexerSettings;
  /** The indexer ends when nothing was asked of it for so long. */
  idleMs: number;
  onNotice(name: string, value: unknown): void;
  /** Of what the indexer writes to standard error. */
  redact(line: string): string;
  /** It ended without being told to. */
  onLost(how: { exitCode: number | null; signal: string | null }): void;
}

interface Running {
  child: ChildProcess;
  channel: Channel;
  isStopping: boolean;
  hasExited: boolean;
  exited: Promise<void>;
}

export interface IndexerConnection {
  /** `lost`: the indexer died before it answered. Rejects as the request does. */
  request(
    method: string,
    params: unknown,
    signal?: AbortSignal,
  ): Promise<{ lost: true } | { lost: false; value: unknown }>;
  pid(): number | null;
  /** Ends the indexer, by force after `graceMs`. */
  stop(graceMs: number): Promise<void>;
}

export function createIndexerConnection(options: IndexerConnectionOptions): IndexerConnection {
  let running: Running | null = null;
  let pending = 0;
  let idleTimer: NodeJS.Timeout | undefined;

  function start(): Running {
    const child = fork(options.entry.modulePath, [JSON.stringify(options.settings)], {
      execArgv: [...options.entry.execArgv],
      stdio: ["ignore", "ignore", "pipe", "ipc"],
      env: surroundingsFor(options.settings),
    });
    relayErrors(child, options.redact);
    const channel = openChannel(transportToChild(child), {}, options.onNotice);
    const exited = new Promise<void>((resolve) => {
      const ended = (exitCode: number | null, signal: string | null) => {
        if (started.hasExited) return;
        started.hasExited = true;
        if (running === started) running = null;
        if (!started.isStopping) options.onLost({ exitCode, signal });
        resolve();
      };
      child.once("exit", ended);
      // Could not be started at all: there will be no exit.
      child.once("error", () => child.pid === undefined && ended(null, null));
    });
    const started: Running = { child, channel, isStopping: false, hasExited: false, exited };
    return started;
  }

  async function connect(): Promise<Running> {
    while (running?.isStopping) await running.exited;
    running ??= start();
    return running;
  }

  async function stop(graceMs: number): Promise<void> {
    clearTimeout(idleTimer);
    const stopping = running;
    if (!stopping) return;
    stopping.isStopping = true;
    stopping.channel.notify("stop", {});
    const kill = setTimeout(() => stopping.child.kill("SIGKILL"), graceMs);
    await stopping.exited;
    clearTimeout(kill);
  }

  function becomeIdle(): void {
    clearTimeout(idleTimer);
    idleTimer = setTimeout(() => void stop(5_000), options.idleMs);
    idleTimer.unref();
  }

  return {
    stop,
    pid: () => running?.child.pid ?? null,
    async request(method, params, signal) {
      pending++;
      clearTimeout(idleTimer);
      try {
        const used = await connect();
        try {
          return { lost: false, value: await used.channel.call(method, params, signal ? { signal } : {}) };
        } catch (error) {
          if (!used.child.connected && !signal?.aborted) await used.exited;
          if (used.hasExited && !signal?.aborted) return { lost: true };
          throw error;
        }
      } finally {
        pending--;
        if (pending === 0) becomeIdle();
      }
    },
  };
}

/** Certificates that node reads at each start are left out where nothing is asked over HTTPS: reading them takes longer than all else it does then. */
function surroundingsFor({ embedder, qdrant }: IndexerSettings): NodeJS.ProcessEnv {
  const asksNobody = embedder.kind === "built-in" && qdrant === undefined;
  return asksNobody ? { ...childEnvironment(), NODE_EXTRA_CA_CERTS: undefined } : childEnvironment();
}
