// Opens tasks.db for a server that starts. What is damaged or gone is reported with what can be recovered, and left as it is: it is never
// made anew in a directory that was used before.
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { TaskStore } from "@outpost/core";
import { isOutpostError, OutpostError, tokenFileName } from "@outpost/protocol";
import {
  assertIntactPages,
  examineTaskDatabase,
  isDamagedDatabase,
  makeShrinkable,
  openSqliteTaskStore,
} from "@outpost/store";

/** Of a larger one only what is read is known to be sound; `outpost verify` looks at all of it. */
const maxCheckedBytes = 268_435_456;

export async function openTasks(dataDirectory: string, options: { maxAuditRows: number }): Promise<TaskStore> {
  const path = join(dataDirectory, "tasks.db");
  const bytes = sizeOf(path);
  if (bytes === 0 && sizeOf(`${path}-wal`) === 0) refuseWhenUsedBefore(dataDirectory, path);
  try {
    if (bytes > 0 && bytes <= maxCheckedBytes) assertIntactPages(path);
    tryToMakeShrinkable(path);
    return await openSqliteTaskStore({ path, ...options });
  } catch (error) {
    if (!isOutpostError(error) || !isDamagedDatabase(error)) throw error;
    throw describeDamage(path, error);
  }
}

/** Nothing depends on it: where it cannot be done now, it is tried at the next start. */
function tryToMakeShrinkable(path: string): void {
  try {
    makeShrinkable(path, maxCheckedBytes);
  } catch (error) {
    if (!isOutpostError(error) || isDamagedDatabase(error)) throw error;
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

function describeDamage(path: string, cause: OutpostError): OutpostError {
  const { tasks, events, problems } = examineTaskDatabase(path);
  const whole = `${tasks.whole} of ${tasks.expected} tasks and ${events.readable} of ${events.expected} events can be recovered`;
  return new OutpostError(
    "unavailable",
    `database "${path}" is damaged and was left as it is; ${whole}. outpost verify says more. Salvage what can be read with outpost salvage FOLDER, or take a backup; then move the data directory away and use outpost restore`,
    { cause, details: { ...cause.details, tasks, events, problems } },
  );
}

/** A token or a mirror is there only when there were tables once. */
function refuseWhenUsedBefore(dataDirectory: string, path: string): void {
  const repositories = join(dataDirectory, "repositories");
  const isUsed =
    existsSync(join(dataDirectory, tokenFileName)) ||
    (existsSync(repositories) && readdirSync(repositories).length > 0);
  if (!isUsed) return;
  throw new OutpostError(
    "unavailable",
    `database "${path}" is empty or gone, but the data directory was used before; put it back, or move the data directory away and use outpost restore (an empty directory begins anew)`,
    { details: { reason: "damaged", path } },
  );
}
