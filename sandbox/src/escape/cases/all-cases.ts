// Things that a command must not be able to do, as data for the escape tests.
import { existsSync } from "node:fs";
import type { EscapeCase } from "./escape-case.ts";
import { fileCases } from "./files.ts";
import { kernelCases } from "./kernel.ts";
import { limitCases } from "./limits.ts";
import { networkCases } from "./network.ts";
import { processCases } from "./processes.ts";

export const escapeCases: readonly EscapeCase[] = [
  ...fileCases,
  ...networkCases,
  ...processCases,
  ...kernelCases,
  ...limitCases,
];

/** With what it needs, where that is not here. */
export function titleOf(entry: EscapeCase): string {
  return isRunnable(entry) ? entry.name : `${entry.name} [needs ${entry.needs ?? entry.architecture}]`;
}

/** Whether the case says something on this machine. */
export function isRunnable(entry: EscapeCase): boolean {
  if (entry.architecture !== undefined && entry.architecture !== process.arch) return false;
  return entry.needs === undefined || existsSync(`/usr/bin/${entry.needs}`);
}
