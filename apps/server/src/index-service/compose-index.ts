// Wires the index: the indexer's process, the catalog to read from, the embedder for queries, the vectors in memory.
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { TaskStore } from "@outpost/core";
import type { Check, RepositoryId } from "@outpost/protocol";
import type { Embedder } from "@outpost/retrieval";
import { openSqliteCatalogReader } from "@outpost/store";
import type { Logger } from "pino";
import type { Configuration } from "../configuration/schema.ts";
import { createFollowing, type Following } from "../following/follow-repositories.ts";
import { createIndexerSupervisor, type IndexerSupervisor } from "../indexing/indexer-supervisor.ts";
import { checkoutView } from "../indexing/messages.ts";
import type { ModelService } from "../models/model-service.ts";
import { policyFileIn } from "../policy/policy-source.ts";
import { embedderDirectory, entryPoint } from "../process/entry-points.ts";
import type { IndexingState } from "../search/coverage.ts";
import { createExpandingSearch } from "../search/expanding-search.ts";
import { createPreparedSearches } from "../search/prepared-searches.ts";
import { createQueryExpander } from "../search/query-expander.ts";
import { createSearchService, type SearchService } from "../search/search-service.ts";
import { redactingSearch } from "../secrets/redacting-search.ts";
import type { Redactor } from "../secrets/redactor.ts";
import { checkQdrant } from "../vectors/check-qdrant.ts";
import { chooseVectors } from "../vectors/choose-vectors.ts";
import { chooseQdrant } from "../vectors/qdrant-choice.ts";
import { createVectorService, type VectorService } from "../vectors/vector-service.ts";
import { chooseEmbedder } from "./embedder-choice.ts";
import { createIndexService, type IndexService } from "./index-service.ts";
import { openLateSearch } from "./late-search.ts";
import { openChosenEmbedder } from "./open-chosen-embedder.ts";
import { openStatusFiles } from "./status-files.ts";

/** What doctor says of a Qdrant server; null where none is named. */
export type CheckVectors = (store: Pick<TaskStore, "listRepositories">) => Promise<Check | null>;

export async function composeIndex({
  configuration,
  logger,
  redactor,
  models,
}: {
  configuration: Configuration;
  logger: Logger;
  redactor: Redactor;
  /** Asked for the words of a search; holds back secrets itself. */
  models: ModelService;
}): Promise<IndexService & { vectors: VectorService; checkVectors: CheckVectors }> {
  const { dataDirectory } = configuration;
  const choice = chooseEmbedder(configuration, embedderDirectory);
  const qdrant = chooseQdrant(configuration);
  const statusFiles = openStatusFiles(join(dataDirectory, "index-status"));
  const supervisor = createIndexerSupervisor({
    entry: entryPoint("indexer"),
    settings: {
      dataDirectory,
      parserEntry: entryPoint("parser"),
      maxFileBytes: configuration.maxFileBytes,
      ...(configuration.bubblewrapPath ? { bubblewrapPath: configuration.bubblewrapPath } : {}),
      embedder: choice,
      vectors: configuration.vectors,
      ...(qdrant === null ? {} : { qdrant }),
      policyFile: policyFileIn(dataDirectory, configuration.policyFile),
    },
    redact: redactor.redact,
    onVectors: (report) => vectors.noteReport(report),
    onVectorProgress: (progress) => vectors.noteProgress(progress),
    onLost: (how) => logger.warn(how, "indexer.lost"),
    onIndexed(status, problems) {
      if (status.state === "ready") statusFiles.write(status);
      prepared.indexed(status);
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
  const vectors = createVectorService({
    engine: configuration.vectors,
    qdrant,
    vectors: supervisor.vectors,
    onProblem: (error) => logger.warn({ err: error }, "vectors.unsent"),
  });
  const isOutside = configuration.vectors === "qdrant";
  const onMissing = () => void vectors.catchUp();
  const chosen = await chooseVectors(isOutside ? qdrant : null, { dataDirectory, onMissing });
  const createSearch = (embedder: Embedder): SearchService =>
    createSearchService({
      openReader: () => openSqliteCatalogReader({ path: join(dataDirectory, "index.db") }),
      embedder,
      openVectors: chosen.open,
      notes: () => vectors.notes(),
      indexingState: (viewId) =>
        viewId.startsWith("checkout:")
          ? checkoutState(viewId.slice("checkout:".length) as RepositoryId, supervisor, following)
          : runState,
      onProblem: (error) => logger.warn({ err: error }, "search.poorer"),
    });
  const search = await openLateSearch({ open: () => openChosenEmbedder(choice), createSearch, logger });
  // What was indexed before this engine was chosen, or while it was away.
  if (isOutside && existsSync(join(dataDirectory, "index.db"))) void vectors.catchUp();
  const prepared = createPreparedSearches(search);
  const redacted = redactingSearch(search, redactor);
  const expander = createQueryExpander({
    models,
    timeoutMs: configuration.expansionTimeoutMs,
    nowMs: Date.now,
    logger,
  });
  const find = createExpandingSearch(redacted, expander);
  const index = createIndexService({ supervisor, following, search: redacted, find, statusFiles, prepared });
  const close = async () => {
    vectors.close();
    await index.close();
    await chosen.close();
  };
  const checkVectors: CheckVectors = async (store) => {
    if (qdrant === null) return null;
    const roots = (await store.listRepositories()).map(({ id }) => checkoutView(id));
    const openReader = () => openSqliteCatalogReader({ path: join(dataDirectory, "index.db") });
    return checkQdrant({ choice: qdrant, engine: configuration.vectors, roots, openReader, notes: vectors.notes() });
  };
  return { ...index, vectors, checkVectors, close };
}

/** A run's view is told of each edit of its run. */
const runState: IndexingState = { state: "idle", staleFiles: 0, freshness: "followed" };

function checkoutState(repositoryId: RepositoryId, supervisor: IndexerSupervisor, following: Following): IndexingState {
  const { state } = supervisor.status(repositoryId);
  const { freshness, changedPaths: staleFiles } = following.state(repositoryId);
  return { state: state === "indexing" || state === "failed" ? state : "idle", staleFiles, freshness };
}
