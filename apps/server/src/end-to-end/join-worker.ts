// A process of workers of its own that joins a test server, as `outpost worker` does.
import { type ChildProcess, spawn } from "node:child_process";
import { entryPoint } from "../process/entry-points.ts";

/** To be ended by who asked for it. */
export function joinWorker(dataDirectory: string, count = 1): ChildProcess {
  const { modulePath, execArgv } = entryPoint("join");
  const argv = [...execArgv, modulePath, "--data-directory", dataDirectory, "--count", String(count)];
  return spawn(process.execPath, argv, { stdio: ["ignore", "ignore", "inherit"] });
}
