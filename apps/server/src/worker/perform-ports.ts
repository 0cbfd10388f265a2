// What performing an intent needs.
import type { Tool, ToolPolicy } from "@outpost/core";
import type { NewId } from "@outpost/protocol";
import type { Logger } from "pino";
import type { ServerConnection } from "../internal/methods.ts";
import type { RunLog } from "./log.ts";
import type { WorkerSyntaxChecker } from "./syntax-checker.ts";
import type { Workbench, WorkbenchPorts } from "./workbench.ts";

export interface PerformPorts extends WorkbenchPorts {
  log: RunLog;
  workbench: Workbench;
  server: ServerConnection;
  tools: readonly Tool[];
  policy: ToolPolicy;
  syntax: Pick<WorkerSyntaxChecker, "check" | "expect" | "prepare">;
  /** How long a person has to decide; 0: for ever. */
  approvalExpiryMs: number;
  /** Whether runs ask their model which words the code would use, where their task does not say. */
  expandGoals: boolean;
  newId: NewId;
  /** A word that no text can know: small letters and digits. */
  newDataMark: () => string;
  nowMs: () => number;
  logger: Logger;
  fence: number;
  /** Aborted by cancel, shutdown or a lost lease. */
  taskSignal: AbortSignal;
}
