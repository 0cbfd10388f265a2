// The vector engine outside, as the indexer keeps it in step with the catalog. It is connected to when it is first needed, so that a
// server that is away, or a key's file that is not there, keeps nobody from indexing.
import { createVectorSync, type VectorSync } from "@outpost/indexer";
import type { CatalogReader } from "@outpost/retrieval";
import type { SqliteCatalog } from "@outpost/store";
import { createQdrantStore, type QdrantConnection } from "@outpost/vector";
import { connectChosenQdrant } from "../vectors/connect-chosen-qdrant.ts";
import { qdrantNames, repositoryOf } from "../vectors/qdrant-choice.ts";
import type { IndexerSettings } from "./messages.ts";

/** Of the connection that vectors are sent over. */
const sendingBounds = { timeoutMs: 30_000, maxAttempts: 4 };

export function composeVectors(
  qdrant: NonNullable<IndexerSettings["qdrant"]>,
  catalog: SqliteCatalog,
  reader: CatalogReader,
): VectorSync {
  let connection: QdrantConnection | undefined;
  return createVectorSync({
    ...{ catalog, ledger: catalog.ledger, reader, repositoryOf, nowMs: Date.now },
    openStore(index) {
      connection ??= connectChosenQdrant(qdrant, sendingBounds);
      return createQdrantStore(connection, qdrantNames(qdrant, index));
    },
  });
}
