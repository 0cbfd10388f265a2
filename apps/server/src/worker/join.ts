// Workers in a process of their own: `outpost worker`. Each of its places joins the server of the data directory and works for it; when
// the server is gone they wait for the next one. Ends on a signal, at the next event of what it does.
import { createConnection, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { openChannel } from "../internal/channel.ts";
import { transportOverSocket } from "../internal/socket-transport.ts";
import { socketPathIn } from "../supervision/joined-workers.ts";
import { runWorker, WorkerSettings } from "./run-worker.ts";

const { values } = parseArgs({
  options: { "data-directory": { type: "string" }, count: { type: "string", default: "1" } },
});
const dataDirectory = values["data-directory"] ?? "";
const count = Number(values.count);
if (dataDirectory === "" || !Number.isInteger(count) || count < 1 || count > 64) {
  process.stderr.write("outpost worker: --data-directory is required, and --count is from 1 to 64\n");
  process.exit(2);
}

const retryMs = 500;
const ending = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => ending.abort(new Error(`got ${signal}`)));

const say = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);

function connect(): Promise<Socket | null> {
  return new Promise((resolve) => {
    const socket = createConnection(socketPathIn(dataDirectory));
    socket.once("connect", () => resolve(socket));
    socket.once("error", () => resolve(null));
  });
}

/** One place, for as long as one server lives. */
async function workFor(socket: Socket): Promise<void> {
  const transport = transportOverSocket(socket);
  const stop = new AbortController();
  socket.once("close", () => stop.abort(new Error("the server is gone")));
  const end = (): void => stop.abort(ending.signal.reason);
  ending.signal.addEventListener("abort", end, { once: true });
  try {
    const given = await openChannel(transport, {}, () => {}).call("join", { pid: process.pid });
    const settings = WorkerSettings.parse(given);
    say({ joined: settings.workerId });
    await runWorker({ transport, settings, stop });
  } finally {
    ending.signal.removeEventListener("abort", end);
    socket.destroy();
  }
}

async function keepPlace(): Promise<void> {
  for (let isSaid = false; !ending.signal.aborted; ) {
    const socket = await connect();
    if (socket) {
      isSaid = false;
      await workFor(socket).catch((error: unknown) => say({ left: error instanceof Error ? error.message : "" }));
    } else if (!isSaid) {
      isSaid = true;
      say({ waiting: `no server runs with the data directory "${dataDirectory}"` });
    }
    await sleep(retryMs, undefined, { signal: ending.signal }).catch(() => {});
  }
}

await Promise.all(Array.from({ length: count }, keepPlace));
process.exit(0);
