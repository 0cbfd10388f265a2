// Workers in processes of their own (`outpost worker`), which join over a socket in the data directory. Only the server's user can reach it.
// They lease from the database like any other; here they get their settings, search and models, and hear of work and of cancels. When the
// server is gone, or has not heard of them for so long that it gave their work to others, they end what they do and join anew.
import { chmodSync, rmSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import type { TaskId, TaskState } from "@outpost/protocol";
import type { Logger } from "pino";
import { type Channel, type Methods, openChannel } from "../internal/channel.ts";
import { transportOverSocket } from "../internal/socket-transport.ts";
import { listenForSilence } from "./silence.ts";

export interface JoinedWorkersOptions {
  dataDirectory: string;
  /** Given to each that joins, besides its id. */
  settings: Record<string, unknown>;
  methods: Methods;
  onAppended(taskId: TaskId, state: TaskState): void;
  onDelta(delta: { taskId: string; step: number; kind: "content" | "thinking"; text: string }): void;
  /** It is not connected any more, and ends what it does as soon as it sees that. */
  onGone(workerId: string): void;
  /** One that has said nothing for this long is taken for one that hangs, and its connection closed. Its process is not ours to kill. */
  silentMs: number;
  logger: Logger;
}

export interface JoinedWorkers {
  /** There may be work: every idle one looks. */
  wake(): void;
  cancel(taskId: TaskId): void;
  count(): number;
  close(graceMs: number): Promise<void>;
}

interface Joined {
  socket: Socket;
  channel: Channel;
  workerId: string;
  taskId: TaskId | null;
  heardMs: number;
  isReady: boolean;
}

/** The system takes no longer path for a socket. */
const maxPathBytes = 100;

export const socketPathIn = (dataDirectory: string): string => join(dataDirectory, "workers.sock");

/** Resolves when it listens. Where it cannot, that is logged, and nobody can join. */
export async function openJoinedWorkers(options: JoinedWorkersOptions): Promise<JoinedWorkers> {
  const { methods, logger } = options;
  const joined = new Set<Joined>();
  let lastNumber = 0;
  let isClosing = false;

  function takeNotice(worker: Joined, name: string, value: unknown): void {
    const given = value as { taskId?: TaskId; state?: TaskState };
    worker.heardMs = performance.now();
    if (name === "ready") worker.isReady = true;
    else if (name === "busy" && given.taskId) worker.taskId = given.taskId;
    else if (name === "idle") worker.taskId = null;
    else if (name === "appended" && given.taskId && given.state) options.onAppended(given.taskId, given.state);
    else if (name === "delta") options.onDelta(value as Parameters<JoinedWorkersOptions["onDelta"]>[0]);
  }

  function welcome(socket: Socket): void {
    lastNumber += 1;
    const workerId = `j${process.pid}-${lastNumber}`;
    const join = async ({ pid }: { pid: number }) => {
      logger.info({ worker: workerId, pid }, "worker.joined");
      return { ...options.settings, workerId };
    };
    const channel = openChannel(transportOverSocket(socket), { ...methods, join }, (name, value) =>
      takeNotice(worker, name, value),
    );
    const worker: Joined = { socket, channel, workerId, taskId: null, heardMs: performance.now(), isReady: false };
    joined.add(worker);
    socket.once("close", () => {
      joined.delete(worker);
      logger.info({ worker: workerId, taskId: worker.taskId }, "worker.left");
      if (!isClosing) options.onGone(workerId);
    });
  }

  const endListening = listenForSilence({
    silentMs: options.silentMs,
    workers: () => [...joined].filter(({ isReady }) => isReady),
    onSilent({ socket, workerId, taskId }) {
      logger.error({ worker: workerId, taskId }, "worker.silent");
      socket.destroy();
    },
  });
  const server = await listen(options, welcome);
  return {
    wake() {
      for (const { channel, taskId } of joined) if (taskId === null) channel.notify("wake", {});
    },
    cancel(taskId) {
      for (const worker of joined) if (worker.taskId === taskId) worker.channel.notify("cancel", { taskId });
    },
    count: () => joined.size,
    async close(graceMs) {
      isClosing = true;
      endListening();
      if (server === null) return;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const { channel } of joined) channel.notify("stop", {});
      const end = setTimeout(() => {
        for (const { socket } of joined) socket.destroy();
      }, graceMs);
      await closed;
      clearTimeout(end);
    },
  };
}

async function listen(
  { dataDirectory, logger }: JoinedWorkersOptions,
  welcome: (socket: Socket) => void,
): Promise<Server | null> {
  const path = socketPathIn(dataDirectory);
  if (Buffer.byteLength(path) > maxPathBytes) {
    logger.warn({ path, maxPathBytes }, "workers_socket.path_too_long");
    return null;
  }
  const server = createServer(welcome);
  // Of a server that was killed; the data directory's lock is ours.
  rmSync(path, { force: true });
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(path, resolve);
    });
    chmodSync(path, 0o600);
    return server;
  } catch (error) {
    logger.warn({ err: error, path }, "workers_socket.failed");
    return null;
  }
}
