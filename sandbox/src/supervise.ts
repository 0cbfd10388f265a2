// Starts one process and stays with it until its whole tree is gone: output, time, ceiling, abort.
// Does not know what isolates the process. Never resolves while something of the tree still runs.
import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable, Writable } from "node:stream";
import { finished } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";
import type { OutputListener, ProcessLimits, ProcessOutput, ProcessResult } from "@outpost/core";
import { OutpostError } from "@outpost/protocol";
import { type Capture, createCapture } from "./capture.ts";
import type { OutputPipe } from "./output-pipes.ts";
import type { ProcessTree } from "./process-tree.ts";

export interface Launch {
  file: string;
  arguments: readonly string[];
  environment: Readonly<Record<string, string>>;
  cwd: string;
  uid?: number;
  gid?: number;
  stdin: string | Uint8Array | undefined;
  /** What becomes stdout and stderr; absent: what Node gives. The stream ends when the tree is gone. */
  output?: { stdout: OutputPipe; stderr: OutputPipe } | undefined;
  /** From descriptor 3 on. A status pipe is read whole; bytes are written to the child; a number is passed on; nothing is left as it is. */
  descriptors: readonly ("status" | "nothing" | Uint8Array | number)[];
  /** In a process group of its own. */
  isGroup: boolean;
}

export interface SuperviseOptions {
  limits: Pick<ProcessLimits, "wallClockMs" | "outputBytes">;
  /** What the process may print in all, kept or not, before it is ended. */
  producedBytes: number;
  /** Between SIGTERM and SIGKILL. */
  graceMs: number;
  signal: AbortSignal | undefined;
  onOutput: OutputListener | undefined;
  createTree(pid: number): ProcessTree;
}

export interface Supervised {
  exitCode: number | null;
  signal: NodeJS.Signals | null;
  ended: ProcessResult["ended"];
  stdout: ProcessOutput;
  stderr: ProcessOutput;
  status: string;
  durationMs: number;
}

type Limit = "wall_clock" | "output" | "aborted";

const maxStatusBytes = 16_384;
const lateStatusMs = 100;

/** Rejects with `unavailable` when the process cannot be started at all. */
export async function supervise(launch: Launch, options: SuperviseOptions): Promise<Supervised> {
  const startedAt = performance.now();
  const child = start(launch);
  const exit = once(child, "exit") as Promise<[number | null, NodeJS.Signals | null]>;
  if (child.pid === undefined)
    return await exit.then(never, (error) => Promise.reject(startFailure(launch.file, error)));
  const tree = options.createTree(child.pid);
  const ending = createEnding(tree, options);
  const stdout = createCapture(options.limits.outputBytes);
  const stderr = createCapture(options.limits.outputBytes);
  // never less than what is to be kept
  const ceiling = Math.max(options.producedBytes, 2 * options.limits.outputBytes);
  const keep = (name: "stdout" | "stderr", capture: Capture) => (chunk: Uint8Array) => {
    capture.write(chunk);
    options.onOutput?.(name, chunk);
    if (stdout.totalBytes() + stderr.totalBytes() > ceiling) ending.begin("output");
  };
  let status = "";
  const learn = (chunk: Uint8Array) => {
    if (status.length < maxStatusBytes) status += Buffer.from(chunk).toString("latin1");
    tree.learn(status);
  };
  const statusAt = launch.descriptors.indexOf("status");
  const statusStream = statusAt < 0 ? null : (child.stdio[statusAt + 3] as Readable);
  const statusDrain = drain(statusStream, learn);
  const streams = [
    drain(launch.output?.stdout.stream ?? child.stdout, keep("stdout", stdout)),
    drain(launch.output?.stderr.stream ?? child.stderr, keep("stderr", stderr)),
    statusDrain,
  ];
  feed(child, launch);
  const [exitCode, signal] = await exit;
  ending.settle();
  // killed while it was being set up, it may have named its first process a moment ago
  if (ending.reason()) await Promise.race([statusDrain.done(false), sleep(lateStatusMs)]);
  await tree.gone();
  await Promise.all(streams.map((stream) => stream.done(tree.holdsPipes)));
  const ended = ending.reason() ?? (exitCode === null ? "signal" : "exit");
  const durationMs = performance.now() - startedAt;
  return { exitCode, signal, ended, stdout: stdout.finish(), stderr: stderr.finish(), status, durationMs };
}

// not execa: it would add 1 to 2 ms a command, and 0.15 ms for every descriptor number that is left out
function start(launch: Launch): ChildProcess {
  const extra = launch.descriptors.map((entry) => {
    if (typeof entry === "number") return entry;
    return entry === "nothing" ? "ignore" : "pipe";
  });
  const options: SpawnOptions = {
    env: { ...launch.environment },
    cwd: launch.cwd,
    detached: launch.isGroup,
    stdio: [
      launch.stdin === undefined ? "ignore" : "pipe",
      launch.output?.stdout.writeDescriptor ?? "pipe",
      launch.output?.stderr.writeDescriptor ?? "pipe",
      ...extra,
    ],
    ...(launch.uid === undefined ? {} : { uid: launch.uid }),
    ...(launch.gid === undefined ? {} : { gid: launch.gid }),
  };
  try {
    return spawn(launch.file, [...launch.arguments], options);
  } catch (error) {
    throw startFailure(launch.file, error);
  }
}

/** Writes what the child reads. A child that ends before it has read everything is no failure. */
function feed(child: ChildProcess, launch: Launch): void {
  const inputs: [Writable | Readable | null | undefined, unknown][] = [
    [child.stdin, launch.stdin],
    ...launch.descriptors.map((entry, index) => [child.stdio[index + 3], entry] as [Writable, unknown]),
  ];
  for (const [stream, content] of inputs) {
    if (!stream || !("end" in stream)) continue;
    stream.on("error", () => {});
    if (content instanceof Uint8Array || (content !== "status" && typeof content === "string")) stream.end(content);
  }
}

function startFailure(file: string, error: unknown): OutpostError {
  const reason = error instanceof Error ? error.message : String(error);
  const retryable = /EAGAIN|ENOMEM|EMFILE|ENFILE/.test(reason);
  return new OutpostError("unavailable", `cannot start "${file}": ${reason}`, { retryable, cause: error });
}

function never(): never {
  throw new OutpostError("internal", "a process without an id has ended");
}

/** Ends the tree once, for the first reason that comes. */
function createEnding(tree: ProcessTree, options: SuperviseOptions) {
  let reason: Limit | undefined;
  let killTimer: NodeJS.Timeout | undefined;
  const begin = (why: Limit) => {
    if (reason !== undefined) return;
    reason = why;
    tree.terminate();
    killTimer = setTimeout(() => tree.kill(), options.graceMs);
  };
  const wallClock = setTimeout(() => begin("wall_clock"), options.limits.wallClockMs);
  const abort = () => begin("aborted");
  options.signal?.addEventListener("abort", abort, { once: true });
  if (options.signal?.aborted) abort();
  return {
    begin,
    reason: () => reason,
    settle: () => {
      clearTimeout(wallClock);
      clearTimeout(killTimer);
      options.signal?.removeEventListener("abort", abort);
    },
  };
}

function drain(stream: Readable | null, onChunk: (chunk: Uint8Array) => void) {
  if (!stream) return { done: async () => {} };
  stream.on("data", onChunk);
  // a broken pipe is how a killed child's stream ends
  const ended = finished(stream, { writable: false }).catch(() => {});
  return {
    async done(mayBeHeld: boolean): Promise<void> {
      if (!mayBeHeld) return await ended;
      const timer = setTimeout(() => stream.destroy(), 200);
      await ended;
      clearTimeout(timer);
    },
  };
}
