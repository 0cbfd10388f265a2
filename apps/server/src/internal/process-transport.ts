// A channel's transport over the IPC of a child process, seen from either end.
import type { ChildProcess } from "node:child_process";
import type { Transport } from "./channel.ts";

export function transportToChild(child: ChildProcess): Transport {
  return {
    send(message) {
      if (child.connected) child.send(message as object, () => {});
    },
    onMessage: (listener) => void child.on("message", listener),
    onClose: (listener) => {
      child.once("disconnect", listener);
      child.once("exit", listener);
    },
  };
}

/** For a process that only works for its parent. Ends the process when the parent has gone while this one was starting: nobody would say so later. */
export function transportToParent(): Transport {
  if (!process.connected) process.exit(0);
  return {
    send(message) {
      if (process.connected) process.send?.(message, undefined, undefined, () => {});
    },
    onMessage: (listener) => void process.on("message", listener),
    onClose: (listener) => void process.once("disconnect", listener),
  };
}
