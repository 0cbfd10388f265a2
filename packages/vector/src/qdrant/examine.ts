// What a Qdrant server has of one generation of an index, for a look at its health. Makes and changes nothing.
import type { Schemas } from "@qdrant/js-client-rest";
import { assertFits } from "./collection.ts";
import type { QdrantConnection } from "./connection.ts";
import { generationName } from "./qdrant-store.ts";

export interface ExaminedGeneration {
  collection: string;
  chunks: number;
  /** The collection that the index's name leads to; null: it leads nowhere. */
  shown: string | null;
  /** What the server says is wrong with it; it answers all the same. */
  fault: string | null;
}

/**
 * `name`: the alias. Rejects as `QdrantConnection.ask` does: with `not_found` where the collection is missing, with `invalid_input` where
 * it holds vectors of another length.
 */
export async function examineGeneration(
  connection: QdrantConnection,
  { name, generation, dimensions }: { name: string; generation: number; dimensions: number },
  signal?: AbortSignal,
): Promise<ExaminedGeneration> {
  const collection = generationName(name, generation);
  const what = `collection "${collection}"`;
  const path = { collection_name: collection };
  const info = await connection.ask(what, (api, init) => api.getCollection(path, init), signal);
  assertFits(info, { name: collection, dimensions }, connection.url);
  const counted = { ...path, exact: true };
  const { count } = await connection.ask(what, (api, init) => api.countPoints(counted, init), signal);
  const { aliases } = await connection.ask("aliases", (api, init) => api.getCollectionsAliases({}, init), signal);
  const shown = aliases.find(({ alias_name }) => alias_name === name)?.collection_name ?? null;
  return { collection, chunks: count, shown, fault: faultOf(info) };
}

/** Yellow and grey are optimizations that go on or wait; red is what failed for good. */
function faultOf({ status, optimizer_status: optimizer }: Schemas["CollectionInfo"]): string | null {
  if (typeof optimizer === "object") return `its optimizer failed: ${optimizer.error.slice(0, 300)}`;
  return status === "red" ? "some of what was sent failed there (its status is red)" : null;
}

/** Rejects where the server does not answer, is too old, or refuses the key. */
export async function examineServer(connection: QdrantConnection, signal?: AbortSignal): Promise<string> {
  await connection.ask("collections", (api, init) => api.getCollections({}, init), signal);
  return connection.version(signal);
}
