// Which repositories are in memory. A repository is known by its root view; the views based on that share its entries. Bounded by chunks:
// the least recently searched repository goes first.
import type { CatalogReader, ViewId } from "@outpost/retrieval";
import { LoadedRepository, type LoadedView, type RepositoryPorts } from "./loaded-repository.ts";

export interface RepositoryCache {
  /** Null when the catalog has no such view. */
  load(reader: CatalogReader, viewId: ViewId): Promise<LoadedView | null>;
  /** Of a root view. */
  holds(viewId: ViewId): boolean;
  /** A root view goes with all that is based on it. */
  unload(viewId: ViewId): void;
  unloadAll(): void;
  stats(): { repositories: number; views: number; chunks: number };
}

export function createRepositoryCache({
  maxChunks,
  ...ports
}: RepositoryPorts & { maxChunks: number }): RepositoryCache {
  /** By root view; the order is that of use, the most recent last. */
  const repositories = new Map<ViewId, LoadedRepository>();
  const sum = (of: (repository: LoadedRepository) => number) =>
    [...repositories.values()].reduce((total, repository) => total + of(repository), 0);
  const stats = () => ({
    repositories: repositories.size,
    views: sum(({ viewCount }) => viewCount),
    chunks: sum(({ chunkCount }) => chunkCount),
  });

  function dropLeastUsed(kept: ViewId): void {
    for (const root of [...repositories.keys()]) {
      if (stats().chunks <= maxChunks) return;
      if (root !== kept) repositories.delete(root);
    }
  }

  function unload(viewId: ViewId): void {
    if (repositories.delete(viewId)) return;
    for (const repository of repositories.values()) repository.forget(viewId);
  }

  return {
    async load(reader, viewId) {
      const summary = await reader.view(viewId);
      if (summary === null) {
        unload(viewId);
        return null;
      }
      const root = summary.base ?? viewId;
      const repository = repositories.get(root) ?? new LoadedRepository(ports, root);
      repositories.delete(root);
      repositories.set(root, repository);
      const view = await repository.load(reader, viewId);
      dropLeastUsed(root);
      return view;
    },
    holds: (viewId) => repositories.has(viewId),
    unload,
    unloadAll: () => repositories.clear(),
    stats,
  };
}
