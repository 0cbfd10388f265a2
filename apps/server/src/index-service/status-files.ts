// What the last index of each repository found, kept over restarts for people to read. The catalog is the truth for searching.
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { IndexStatus, type RepositoryId } from "@outpost/protocol";

export interface StatusFiles {
  /** Null when there is none, or it cannot be read. */
  read(repositoryId: RepositoryId): IndexStatus | null;
  write(status: IndexStatus): void;
  remove(repositoryId: RepositoryId): void;
}

export function openStatusFiles(directory: string): StatusFiles {
  mkdirSync(directory, { recursive: true });
  const pathOf = (repositoryId: RepositoryId): string => join(directory, `${repositoryId}.json`);
  return {
    read(repositoryId) {
      try {
        return IndexStatus.parse(JSON.parse(readFileSync(pathOf(repositoryId), "utf8")));
      } catch {
        return null;
      }
    },
    write(status) {
      const path = pathOf(status.repositoryId);
      writeFileSync(`${path}.new`, JSON.stringify(status));
      renameSync(`${path}.new`, path);
    },
    remove: (repositoryId) => rmSync(pathOf(repositoryId), { force: true }),
  };
}
