// Puts the indexer's parts together inside of its process: catalog, embedder, parser, git. The only place that knows which they are.
import { availableParallelism } from "node:os";
import { join } from "node:path";
import type { ProcessRunner } from "@outpost/core";
import {
  createFilePolicy,
  createIndexIdentity,
  createParserPool,
  type IndexingPorts,
  type Parser,
  type ParserStats,
  type VectorSync,
} from "@outpost/indexer";
import type { GitObjectId, Repository, RepositoryId } from "@outpost/protocol";
import { type CatalogReader, extractTerms, type SourceTree, termsVersion } from "@outpost/retrieval";
import { createProcessRunner, type ProcessRunnerOptions } from "@outpost/sandbox";
import {
  isDamagedDatabase,
  openSqliteCatalogReader,
  openSqliteCatalogWriter,
  removeDatabase,
  type SqliteCatalog,
} from "@outpost/store";
import { createCheckoutSourceTree, createGitRunner, createWorktreeSourceTree } from "@outpost/workspace";
import { openChosenEmbedder } from "../index-service/open-chosen-embedder.ts";
import { loadDeniedPaths } from "../policy/denied-paths.ts";
import type { IndexerSettings } from "./messages.ts";

export interface IndexerParts {
  ports: IndexingPorts;
  /** Of the same catalog, as the server reads it. */
  reader: CatalogReader;
  /** The vector engine outside; null where there is none. */
  vectors: VectorSync | null;
  /** Whether searches use it, so that it is kept in step. */
  inStep: boolean;
  checkout(repository: Repository): SourceTree;
  worktree(place: { repositoryId: RepositoryId; root: string; baseCommit: GitObjectId }): SourceTree;
  parserStats(): ParserStats;
  close(): Promise<void>;
}

/** Rejects with `unavailable` when the database or the embedder cannot be opened. */
export async function composeIndexer(settings: IndexerSettings): Promise<IndexerParts> {
  const { dataDirectory, maxFileBytes } = settings;
  const embedder = await openChosenEmbedder(settings.embedder);
  const denied = await loadDeniedPaths(settings.policyFile);
  const filePolicy = createFilePolicy({ denied, ...(maxFileBytes === undefined ? {} : { maxFileBytes }) });
  const path = join(dataDirectory, "index.db");
  const catalog = await openCatalog(path);
  const reader = await openSqliteCatalogReader({ path });
  const parser: Parser = createParserPool({ entry: settings.parserEntry, workers: parserWorkers() });
  await catalog.open(createIndexIdentity({ embedder, filePolicy, termsVersion }));
  const git = createGitRunner({
    runner: runnerOnDemand({ dataDirectory, bubblewrapPath: settings.bubblewrapPath }),
    globalConfigPath: join(dataDirectory, "git/config"),
  });
  const vectors = await openVectors(settings, catalog, reader);
  const inStep = vectors !== null && settings.vectors === "qdrant";
  return {
    ...{ vectors: vectors, inStep },
    reader,
    ports: {
      catalog: inStep ? vectors.catalog : catalog,
      embedder,
      parser,
      filePolicy,
      extractTerms,
      nowMs: Date.now,
    },
    checkout: ({ source }) => createCheckoutSourceTree({ git, source }),
    worktree: (place) => createWorktreeSourceTree({ git, dataDirectory, ...place }),
    parserStats: () => parser.stats(),
    close: async () => {
      await parser.close();
      await reader.close();
      await catalog.close();
    },
  };
}

/** Null where no engine is named: then its client is not even loaded, which takes as long as indexing a small repository. */
async function openVectors(
  { qdrant }: IndexerSettings,
  catalog: SqliteCatalog,
  reader: CatalogReader,
): Promise<VectorSync | null> {
  if (qdrant === undefined) return null;
  const { composeVectors } = await import("./compose-vectors.ts");
  return composeVectors(qdrant, catalog, reader);
}

/** The indexer's own work fills one core and the first parser another. */
function parserWorkers(): number {
  return availableParallelism() > 2 ? 2 : 1;
}

/** Trying the sandbox takes a moment that plain folders need not wait for. */
function runnerOnDemand(options: ProcessRunnerOptions): ProcessRunner {
  let runner: Promise<ProcessRunner> | undefined;
  return {
    run: async (spec, signal) => {
      runner ??= createProcessRunner(options);
      return (await runner).run(spec, signal);
    },
    availability: () => ({ ready: false, reason: "the indexer runs no commands" }),
  };
}

/** The index can be built again, so a damaged one is removed. */
async function openCatalog(path: string): Promise<SqliteCatalog> {
  try {
    return await openSqliteCatalogWriter({ path });
  } catch (error) {
    if (!isDamagedDatabase(error)) throw error;
    await removeDatabase(path);
    return openSqliteCatalogWriter({ path });
  }
}
