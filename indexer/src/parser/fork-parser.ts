// Starts the parser's process. It speaks to its parent alone, so that certificates which the surroundings name for HTTPS are not for it: node
// reads them at each start, and takes longer for that than for all else it does then.
import { type ChildProcess, fork } from "node:child_process";

export interface ProcessEntry {
  /** A module whose only act is `runParserProcess()`. */
  modulePath: string;
  execArgv: readonly string[];
}

/** `errors`: whether its standard error can be read. */
export function forkParser(entry: ProcessEntry, errors: "pipe" | "ignore"): ChildProcess {
  return fork(entry.modulePath, [], {
    execArgv: [...entry.execArgv],
    serialization: "advanced",
    stdio: ["ignore", "ignore", errors, "ipc"],
    env: { ...process.env, NODE_EXTRA_CA_CERTS: undefined },
  });
}
