// What performing an intent needs.
import type { Tool } from "@outpost/core";
import type { NewId } from "@outpost/protocol";
import type { Logger } from "pino";
import type { ServerConnection } from "../internal/methods.ts";
import type { RunLog } from "./log.ts";
import type { Workbench, WorkbenchPorts } from "./workbench.ts";

export interface PerformPorts extends WorkbenchPorts {
  log: RunLog;
  workbench: Workbench;
  server: ServerConnection;
  tools: readonly Tool[];
  newId: NewId;
  nowMs: () => number;
  logger: Logger;
  fence: number;
  /** Aborted by cancel, shutdown or a lost lease. */
  taskSignal: AbortSignal;
}
