// A channel's transport over a local socket: a JSON message a line. For two processes of the same user on one machine, who trust each other.
import type { Socket } from "node:net";
import { createInterface } from "node:readline";
import type { Transport } from "./channel.ts";

export function transportOverSocket(socket: Socket): Transport {
  // The close says the same, and comes always.
  socket.on("error", () => {});
  const lines = createInterface({ input: socket, crlfDelay: Number.POSITIVE_INFINITY });
  lines.on("error", () => {});
  return {
    send(message) {
      if (socket.writable) socket.write(`${JSON.stringify(message)}\n`);
    },
    onMessage: (listener) => void lines.on("line", (line) => listener(parse(line))),
    onClose: (listener) => void socket.once("close", listener),
  };
}

/** A line that was cut by the other's end is no message; nothing listens to its kind. */
function parse(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return { kind: "notice", name: "cut", value: null };
  }
}
