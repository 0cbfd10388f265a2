// What the last index of each repository found, kept over restarts for people to read. The catalog is the truth for searching.
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { IndexStatus, type RepositoryId, RunId } from "@outpost/protocol";
import { z } from "zod";

export interface StatusFiles {
  /** Null when there is none, or it cannot be read. */
  read(repositoryId: RepositoryId): IndexStatus | null;
  write(status: IndexStatus): void;
  remove(repositoryId: RepositoryId): void;
  /** The runs whose views are open, so that a server that was killed can remove them at its next start. */
  readOpenRuns(): RunId[];
  writeOpenRuns(runIds: readonly RunId[]): void;
}

export function openStatusFiles(directory: string): StatusFiles {
  mkdirSync(directory, { recursive: true });
  const pathOf = (repositoryId: RepositoryId): string => join(directory, `${repositoryId}.json`);
  const openRunsPath = join(directory, "open-runs.json");
  return {
    read: (repositoryId) => readParsed(pathOf(repositoryId), IndexStatus),
    write: (status) => replaceFile(pathOf(status.repositoryId), status),
    remove: (repositoryId) => rmSync(pathOf(repositoryId), { force: true }),
    readOpenRuns: () => readParsed(openRunsPath, z.array(RunId)) ?? [],
    writeOpenRuns: (runIds) => replaceFile(openRunsPath, runIds),
  };
}

function readParsed<Schema extends z.ZodType>(path: string, schema: Schema): z.infer<Schema> | null {
  try {
    return schema.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch {
    return null;
  }
}

function replaceFile(path: string, value: unknown): void {
  writeFileSync(`${path}.new`, JSON.stringify(value));
  renameSync(`${path}.new`, path);
}
