// Removes outputs that nobody will ask for: of tasks that are not there any more, and of those that ended long ago.
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { TaskStore } from "@outpost/core";
import { endedStates, isOutpostError, TaskId } from "@outpost/protocol";
import type { Logger } from "pino";
import { outputsName } from "./output-files.ts";

export interface CollectPorts {
  store: Pick<TaskStore, "getTask">;
  dataDirectory: string;
  keptDays: number;
  nowMs: () => number;
}

const dayMs = 86_400_000;
const everyMs = 3_600_000;

/** The tasks whose outputs went. */
export async function collectOutputs({ store, dataDirectory, keptDays, nowMs }: CollectPorts): Promise<TaskId[]> {
  const directory = join(dataDirectory, outputsName);
  const names = await readdir(directory).catch(() => []);
  const removed: TaskId[] = [];
  for (const name of names) {
    const id = TaskId.safeParse(name).data;
    if (id === undefined || (await isKept(id))) continue;
    await rm(join(directory, name), { recursive: true, force: true });
    removed.push(id);
  }
  return removed;

  async function isKept(id: TaskId): Promise<boolean> {
    try {
      const { state, updatedAtMs } = await store.getTask(id);
      return !endedStates.has(state) || nowMs() - updatedAtMs < keptDays * dayMs;
    } catch (error) {
      return !(isOutpostError(error) && error.code === "not_found");
    }
  }
}

/** At once, and every hour. The returned function ends it. */
export function collectOutputsHourly(ports: CollectPorts, logger: Logger): () => void {
  const collect = (): void => {
    collectOutputs(ports).then(
      (removed) => removed.length > 0 && logger.info({ tasks: removed.length }, "command_outputs.collected"),
      (error) => logger.warn({ err: error }, "command_outputs.stayed"),
    );
  };
  collect();
  const timer = setInterval(collect, everyMs);
  timer.unref();
  return () => clearInterval(timer);
}
