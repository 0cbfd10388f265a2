// Looks at index.db when the server starts, before anybody opens it. A damaged one is removed, and what was indexed is indexed anew: nothing
// is lost with it but time.
import { readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import type { TaskStore } from "@outpost/core";
import { RepositoryId } from "@outpost/protocol";
import { assertIntactPages, isDamagedDatabase, removeDatabase } from "@outpost/store";
import type { Logger } from "pino";
import type { IndexService } from "../index-service/index-service.ts";

/** Of a larger one, damage is noticed when it is read. */
const maxCheckedBytes = 536_870_912;

/** The repositories that are to be indexed anew; empty when there is nothing wrong. */
export async function mendIndex(dataDirectory: string): Promise<RepositoryId[]> {
  const path = join(dataDirectory, "index.db");
  const statusDirectory = join(dataDirectory, "index-status");
  const bytes = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  const ids = readdirSync(statusDirectory).flatMap(
    (name) => RepositoryId.safeParse(name.replace(/\.json$/, "")).data ?? [],
  );
  // Nothing was ever in it, or it is gone.
  const isLost = bytes === 0 ? ids.length > 0 || hasLog(path) : bytes <= maxCheckedBytes && !isIntact(path);
  if (!isLost) return [];
  await removeDatabase(path);
  for (const id of ids) rmSync(join(statusDirectory, `${id}.json`), { force: true });
  return ids;
}

function isIntact(path: string): boolean {
  try {
    assertIntactPages(path);
    return true;
  } catch (error) {
    if (isDamagedDatabase(error)) return false;
    throw error;
  }
}

function hasLog(path: string): boolean {
  return (statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0;
}

interface IndexAnewPorts {
  store: Pick<TaskStore, "listRepositories">;
  index: Pick<IndexService, "start">;
  logger: Logger;
}

/** Begins it; the indexer does the work. */
export async function indexAnew(ids: readonly RepositoryId[], { store, index, logger }: IndexAnewPorts): Promise<void> {
  if (ids.length === 0) return;
  logger.warn({ repositories: ids }, "index.rebuilt");
  for (const repository of await store.listRepositories())
    if (ids.includes(repository.id)) index.start(repository, false);
}
