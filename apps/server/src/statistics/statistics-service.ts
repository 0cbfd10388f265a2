// The numbers of the server: metrics follow the event log from where it was when the server started, statistics read the days asked for.
import { createWorkStatistics, type TaskStore } from "@outpost/core";
import type { ServerStatus, ShowStatisticsQuery, StatisticsReply, WorkStatistics } from "@outpost/protocol";
import type { IndexService } from "../index-service/index-service.ts";
import { takeEvents } from "./follow-log.ts";
import { readIndexNumbers } from "./index-numbers.ts";
import { renderMetrics } from "./render-metrics.ts";

export interface StatisticsPorts {
  store: TaskStore;
  index: IndexService;
  workers(): ServerStatus["workers"];
  openStreams(): number;
  dataDirectory: string;
  version: string;
  nowMs: () => number;
}

export interface StatisticsService {
  show(query: ShowStatisticsQuery): Promise<StatisticsReply>;
  metrics(): Promise<{ contentType: string; text: string }>;
}

const dayMs = 86_400_000;
const contentType = "text/plain; version=0.0.4; charset=utf-8";

export function createStatisticsService(ports: StatisticsPorts): StatisticsService {
  const { store, nowMs } = ports;
  const followed = createWorkStatistics();
  /** One scrape at a time reads on. */
  let position = store.positionBefore(Number.MAX_SAFE_INTEGER);
  position.catch(() => {});

  const indexNumbers = () =>
    readIndexNumbers(store, ports.index, { dataDirectory: ports.dataDirectory, nowMs: nowMs() });

  function readOn(): Promise<number> {
    position = position
      .catch(() => store.positionBefore(Number.MAX_SAFE_INTEGER))
      .then((after) => takeEvents(store, followed, after));
    return position;
  }

  return {
    async show({ days }) {
      const toMs = nowMs();
      const fromMs = Math.round(toMs - days * dayMs);
      const [work, tasksByState, index, kept] = await Promise.all([
        readWork(store, fromMs, toMs + 1),
        store.countTasksByState(),
        indexNumbers(),
        store.describeKept(),
      ]);
      const { throughMs } = kept.removed;
      const incompleteBeforeMs = throughMs !== null && throughMs >= fromMs ? throughMs : null;
      const { bytes, freeBytes, oldestEvent } = kept;
      const database = { bytes, freeBytes, oldestEventMs: oldestEvent?.atMs ?? null };
      return { fromMs, toMs, tasksByState, incompleteBeforeMs, database, work, index };
    },
    async metrics() {
      await readOn();
      const [tasksByState, index] = await Promise.all([store.countTasksByState(), indexNumbers()]);
      const text = renderMetrics({
        version: ports.version,
        tasksByState,
        workers: ports.workers(),
        openStreams: ports.openStreams(),
        index,
        work: followed.result(),
        memoryBytes: process.memoryUsage().rss,
      });
      return { contentType, text };
    },
  };
}

/** Of what happened from `fromMs` on and before `toMs`. */
export async function readWork(
  store: Pick<TaskStore, "readAllEvents" | "readEvents" | "positionBefore">,
  fromMs: number,
  toMs: number,
): Promise<WorkStatistics> {
  const builder = createWorkStatistics();
  await takeEvents(store, builder, await store.positionBefore(fromMs), toMs);
  return builder.result();
}
