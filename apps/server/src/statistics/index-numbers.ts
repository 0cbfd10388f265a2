// How large the indexes are and how far behind, over all repositories.
import { statSync } from "node:fs";
import { join } from "node:path";
import type { TaskStore } from "@outpost/core";
import type { StatisticsReply } from "@outpost/protocol";
import type { IndexService } from "../index-service/index-service.ts";

export type IndexNumbers = StatisticsReply["index"];

export async function readIndexNumbers(
  store: Pick<TaskStore, "listRepositories">,
  index: Pick<IndexService, "status">,
  { dataDirectory, nowMs }: { dataDirectory: string; nowMs: number },
): Promise<IndexNumbers> {
  const repositories = await store.listRepositories();
  const statuses = repositories.map(({ id }) => index.status(id));
  const sum = (of: (status: (typeof statuses)[number]) => number) =>
    statuses.reduce((total, status) => total + of(status), 0);
  const indexed = statuses.flatMap(({ indexedAtMs }) => (indexedAtMs === null ? [] : [indexedAtMs]));
  return {
    repositories: repositories.length,
    files: sum(({ files }) => files),
    chunks: sum(({ chunks }) => chunks),
    bytes: ["index.db", "index.db-wal"].reduce((total, name) => total + sizeOf(join(dataDirectory, name)), 0),
    oldestMs: indexed.length === 0 ? null : Math.max(0, nowMs - Math.min(...indexed)),
    pendingFiles: sum(({ progress }) => (progress ? Math.max(0, progress.filesTotal - progress.filesDone) : 0)),
  };
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
