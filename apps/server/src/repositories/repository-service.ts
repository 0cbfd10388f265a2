// Repositories seen from outside: register, describe, forget.
import { basename } from "node:path";
import type { RepositoryHost, TaskStore } from "@outpost/core";
import {
  type Environment,
  emptyEnvironment,
  isOutpostError,
  type NewId,
  OutpostError,
  type RegisterRepositoryRequest,
  type Repository,
  type RepositoryId,
} from "@outpost/protocol";
import { resolveSourcePath } from "./resolve-source-path.ts";

export interface RepositoryServicePorts {
  store: TaskStore;
  host: RepositoryHost;
  newId: NewId;
  nowMs: () => number;
  dataDirectory: string;
  /** Ends what the index does for it and drops what it holds. */
  dropIndex(repositoryId: RepositoryId): Promise<void>;
}

export type RepositoryService = ReturnType<typeof createRepositoryService>;

export function createRepositoryService({
  store,
  host,
  newId,
  nowMs,
  dropIndex,
  dataDirectory,
}: RepositoryServicePorts) {
  return {
    /** Imports before it stores: what cannot be read is not registered. The same path again gives the repository that is there. */
    async register(request: RegisterRepositoryRequest): Promise<Repository> {
      const { source } = request;
      if (source.type !== "path") {
        throw new OutpostError(
          "invalid_input",
          `a source of type "${source.type}" is not supported yet; give the path of a directory on the server`,
        );
      }
      const path = await resolveSourcePath(source.path, dataDirectory);
      const existing = (await store.listRepositories()).find(
        (other) => other.source.type === "path" && other.source.path === path,
      );
      if (existing) return existing;
      const repository: Repository = {
        id: newId("rep"),
        name: request.name ?? (basename(path) || "root"),
        source: { type: "path", path },
        isGit: false,
        headCommit: null,
        headBranch: null,
        environment: request.environment ?? emptyEnvironment,
        createdAtMs: nowMs(),
        importedAtMs: null,
      };
      return importAndStore(repository);
    },
    list: () => store.listRepositories(),
    get: (repositoryId: RepositoryId) => store.getRepository(repositoryId),
    async setEnvironment(repositoryId: RepositoryId, environment: Environment): Promise<Repository> {
      const repository = { ...(await store.getRepository(repositoryId)), environment };
      await store.updateRepository(repository);
      return repository;
    },
    async remove(repositoryId: RepositoryId): Promise<Repository> {
      const repository = await store.getRepository(repositoryId);
      await store.removeRepository(repositoryId);
      await dropIndex(repositoryId);
      await host.remove(repositoryId);
      return repository;
    },
  };

  async function importAndStore(repository: Repository): Promise<Repository> {
    try {
      const imported = await host.import(repository);
      const complete = { ...repository, ...imported, importedAtMs: nowMs() };
      await store.createRepository(complete);
      return complete;
    } catch (error) {
      await host.remove(repository.id).catch(() => {});
      const twin = isOutpostError(error) && error.code === "conflict" ? error.details["repositoryId"] : undefined;
      if (typeof twin === "string") return store.getRepository(twin as RepositoryId);
      throw error;
    }
  }
}
