// What is left of repositories that are not registered: an import or a removal that a crash interrupted.
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { RepositoryHost, TaskStore } from "@outpost/core";
import { RepositoryId } from "@outpost/protocol";

/** To be asked before requests are taken: one that registers a repository imports it before it is stored. */
export async function findForgotten(store: TaskStore, dataDirectory: string): Promise<RepositoryId[]> {
  const known = new Set((await store.listRepositories()).map(({ id }) => id));
  const names = await readdir(join(dataDirectory, "repositories")).catch(() => []);
  const ids = names.flatMap((name) => RepositoryId.safeParse(name).data ?? []);
  return ids.filter((id) => !known.has(id));
}

export interface RemoveForgottenPorts {
  host: RepositoryHost;
  dropIndex(repositoryId: RepositoryId): Promise<void>;
}

/** The index goes first: while the directory is there, the next start tries again. */
export async function removeForgotten(
  ids: readonly RepositoryId[],
  { host, dropIndex }: RemoveForgottenPorts,
): Promise<void> {
  for (const id of ids) {
    await dropIndex(id);
    await host.remove(id);
  }
}
