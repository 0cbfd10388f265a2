// Where searches find vectors, as the configuration chose.
import { join } from "node:path";
import { openSqliteCatalogReader } from "@outpost/store";
import { createEmbeddedVectorIndex } from "@outpost/vector";
import type { RepositoryPorts } from "../search/loaded-repository.ts";
import { connectChosenQdrant } from "./connect-chosen-qdrant.ts";
import type { QdrantChoice } from "./qdrant-choice.ts";
import { createQdrantReaders, searchBounds } from "./qdrant-reader.ts";

export interface ChosenVectors {
  open: RepositoryPorts["openVectors"];
  close(): Promise<void>;
}

/** Null: in memory. `onMissing`: a server lost what it had. Throws `invalid_input` for an address or a key's file that is none. */
export async function chooseVectors(
  choice: QdrantChoice | null,
  { dataDirectory, onMissing }: { dataDirectory: string; onMissing(): void },
): Promise<ChosenVectors> {
  if (choice === null) {
    const open: ChosenVectors["open"] = ({ dimensions }) => {
      const index = createEmbeddedVectorIndex(dimensions);
      return { reader: index, memory: index };
    };
    return { open, close: async () => {} };
  }
  const connection = connectChosenQdrant(choice, searchBounds);
  const reader = await openSqliteCatalogReader({ path: join(dataDirectory, "index.db") });
  const openReader = createQdrantReaders({ choice, connection, reader, nowMs: Date.now, onMissing });
  return { open: (wanted) => ({ reader: openReader(wanted), memory: null }), close: () => reader.close() };
}
