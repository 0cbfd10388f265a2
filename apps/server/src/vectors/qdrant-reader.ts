// Searches of one repository in Qdrant, bounded so that a person does not wait for a server that is away: one try, a few seconds, and
// then it is left alone for a moment. The caller answers by words meanwhile.
import { isOutpostError, OutpostError } from "@outpost/protocol";
import type { CatalogReader, VectorReader, ViewId } from "@outpost/retrieval";
import { createQdrantReader, generationName, type QdrantConnection } from "@outpost/vector";
import { type QdrantChoice, qdrantNames, repositoryOf } from "./qdrant-choice.ts";

/** Of the connection that searches use. */
export const searchBounds = { timeoutMs: 5_000, maxAttempts: 1 };
/** After a failure, or five times as long as it was waited for: a server that hangs costs few searches their time. */
const restMs = 5_000;
const restPerLostMs = 5;

export interface SearchedQdrant {
  choice: QdrantChoice;
  connection: QdrantConnection;
  reader: Pick<CatalogReader, "vectorPlace">;
  nowMs(): number;
  /** The server has lost the collection that was to be searched. Called once a minute at most. */
  onMissing(): void;
}

const missingRestMs = 60_000;

/** Opens the readers of all repositories, which share what is known of the server. */
export function createQdrantReaders({ choice, connection, reader, nowMs, onMissing }: SearchedQdrant) {
  let failure: OutpostError | null = null;
  let restsUntilMs = 0;
  let missedUntilMs = Number.NEGATIVE_INFINITY;

  function noteMissing(): void {
    if (nowMs() < missedUntilMs) return;
    missedUntilMs = nowMs() + missingRestMs;
    onMissing();
  }

  return (wanted: { dimensions: number; root: ViewId }): VectorReader => ({
    async search(query, signal) {
      const startedMs = nowMs();
      if (failure !== null && startedMs < restsUntilMs) throw failure;
      const { dimensions, root } = wanted;
      const place = await reader.vectorPlace(root);
      if (place === null) throw new OutpostError("not_found", "there is no index yet");
      const { name, tenant } = qdrantNames(choice, place.index);
      const vectors = createQdrantReader(connection, {
        ...{ name: generationName(name, place.generation), tenant, dimensions, repository: repositoryOf(root) },
      });
      try {
        const answer = await vectors.search(query, signal);
        failure = null;
        return answer;
      } catch (error) {
        if (isOutpostError(error) && error.retryable) {
          failure = error;
          const endedMs = nowMs();
          restsUntilMs = endedMs + Math.max(restMs, (endedMs - startedMs) * restPerLostMs);
        }
        if (isOutpostError(error) && error.code === "not_found") noteMissing();
        throw error;
      }
    },
  });
}
