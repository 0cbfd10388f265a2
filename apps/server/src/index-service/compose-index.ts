// Wires the index: the indexer's process, the catalog to read from, the embedder for queries, the vectors in memory.
import { join } from "node:path";
import type { RepositoryId } from "@outpost/protocol";
import type { Embedder } from "@outpost/retrieval";
import { openSqliteCatalogReader } from "@outpost/store";
import { createEmbeddedVectorIndex } from "@outpost/vector";
import type { Logger } from "pino";
import type { Configuration } from "../configuration/schema.ts";
import { createFollowing, type Following } from "../following/follow-repositories.ts";
import { createIndexerSupervisor, type IndexerSupervisor } from "../indexing/indexer-supervisor.ts";
import { policyFileIn } from "../policy/policy-source.ts";
import { embedderDirectory, entryPoint } from "../process/entry-points.ts";
import type { IndexingState } from "../search/coverage.ts";
import { createSearchService, type SearchService } from "../search/search-service.ts";
import { redactingSearch } from "../secrets/redacting-search.ts";
import type { Redactor } from "../secrets/redactor.ts";
import { chooseEmbedder, openChosenEmbedder } from "./embedder-choice.ts";
import { createIndexService, type IndexService } from "./index-service.ts";
import { openLateSearch } from "./late-search.ts";
import { openStatusFiles } from "./status-files.ts";

export async function composeIndex({
  configuration,
  logger,
  redactor,
}: {
  configuration: Configuration;
  logger: Logger;
  redactor: Redactor;
}): Promise<IndexService> {
  const { dataDirectory } = configuration;
  const choice = chooseEmbedder(configuration, embedderDirectory);
  const statusFiles = openStatusFiles(join(dataDirectory, "index-status"));
  const supervisor = createIndexerSupervisor({
    entry: entryPoint("indexer"),
    settings: {
      dataDirectory,
      parserEntry: entryPoint("parser"),
      maxFileBytes: configuration.maxFileBytes,
      ...(configuration.bubblewrapPath ? { bubblewrapPath: configuration.bubblewrapPath } : {}),
      embedder: choice,
      policyFile: policyFileIn(dataDirectory, configuration.policyFile),
    },
    redact: redactor.redact,
    onLost: (how) => logger.warn(how, "indexer.lost"),
    onIndexed(status, problems) {
      if (status.state === "ready") statusFiles.write(status);
      logger.info(
        {
          repositoryId: status.repositoryId,
          state: status.state,
          files: status.files,
          chunks: status.chunks,
          error: status.error,
          problems: problems.slice(0, 20),
        },
        "index.ended",
      );
    },
  });
  const following = createFollowing({
    mode: configuration.indexFollow,
    pollMs: configuration.indexPollMs,
    supervisor,
    onProblem: (repositoryId, error) => logger.warn({ err: error, repositoryId }, "index.not_followed"),
  });
  const createSearch = (embedder: Embedder): SearchService =>
    createSearchService({
      openReader: () => openSqliteCatalogReader({ path: join(dataDirectory, "index.db") }),
      embedder,
      openVectors({ dimensions }) {
        const index = createEmbeddedVectorIndex(dimensions);
        return { reader: index, memory: index };
      },
      indexingState: (viewId) =>
        viewId.startsWith("checkout:")
          ? checkoutState(viewId.slice("checkout:".length) as RepositoryId, supervisor, following)
          : runState,
      onProblem: (error) => logger.warn({ err: error }, "search.poorer"),
    });
  const search = await openLateSearch({ open: () => openChosenEmbedder(choice), createSearch, logger });
  return createIndexService({ supervisor, following, search: redactingSearch(search, redactor), statusFiles });
}

/** A run's view is told of each edit of its run. */
const runState: IndexingState = { state: "idle", staleFiles: 0, freshness: "followed" };

function checkoutState(repositoryId: RepositoryId, supervisor: IndexerSupervisor, following: Following): IndexingState {
  const { state } = supervisor.status(repositoryId);
  const { freshness, changedPaths: staleFiles } = following.state(repositoryId);
  return { state: state === "indexing" || state === "failed" ? state : "idle", staleFiles, freshness };
}
