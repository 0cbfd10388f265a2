// How a collection is laid out: a dense vector with int8 quantisation, a sparse one of terms, indexed payload. Made once, and checked when
// it is there already: vectors of another length are never mixed with those that it holds.
import { OutpostError } from "@outpost/protocol";
import type { Schemas } from "@qdrant/js-client-rest";
import type { QdrantConnection } from "./connection.ts";
import { createFinding } from "./finding.ts";

export const denseVector = "dense";
export const termVector = "terms";

export interface CollectionOptions {
  name: string;
  dimensions: number;
  /** Vectors, graph and payload stay on disk; the quantised vectors are in memory. */
  onDisk: boolean;
}

/** A server keeps the indexes of payload in memory unless it is told otherwise: those that searches and removals need stay there. */
function payloadIndexes(onDisk: boolean): Record<string, Schemas["PayloadFieldSchema"]> {
  const looked: Schemas["PayloadFieldSchema"] = { type: "keyword", on_disk: onDisk };
  return {
    tenant: { type: "keyword", is_tenant: true },
    ...{ repository: "keyword", path_prefixes: "keyword", entry: "integer" },
    ...{ path: looked, language: looked, symbol: looked, kind: looked, content_hash: looked },
  };
}

/** `isNew`: nothing was there. Rejects with `invalid_input` where one of other vectors is. */
export async function ensureCollection(
  connection: QdrantConnection,
  options: CollectionOptions,
  signal?: AbortSignal,
): Promise<{ isNew: boolean }> {
  const { name } = options;
  const what = `collection "${name}"`;
  const path = { collection_name: name };
  const { exists } = await connection.ask(what, (api, init) => api.collectionExists(path, init), signal);
  if (!exists) {
    const body = { ...path, ...layout(options) };
    await connection.ask(what, (api, init) => api.createCollection(body, init), signal).catch(ignoreConflict);
  }
  const info = await connection.ask(what, (api, init) => api.getCollection(path, init), signal);
  assertFits(info, options, connection.url);
  for (const [field_name, field_schema] of Object.entries(payloadIndexes(options.onDisk))) {
    if (info.payload_schema[field_name] !== undefined) continue;
    const index = { ...path, field_name, field_schema, wait: true };
    await connection.ask(what, (api, init) => api.createFieldIndex(index, init), signal);
  }
  return { isNew: !exists };
}

function layout({ dimensions, onDisk }: CollectionOptions): Schemas["CreateCollection"] {
  return {
    vectors: {
      [denseVector]: {
        size: dimensions,
        distance: "Cosine",
        on_disk: onDisk,
        hnsw_config: { m: 16, ef_construct: 128, on_disk: onDisk },
        quantization_config: { scalar: { type: "int8", quantile: 0.99, always_ram: true } },
      },
    },
    sparse_vectors: { [termVector]: { modifier: "idf", index: { on_disk: onDisk } } },
    on_disk_payload: onDisk,
  };
}

/** Made by an attempt whose answer was lost, or by another process: that is what was wanted. */
function ignoreConflict(error: unknown): void {
  if (error instanceof OutpostError && /Collection \S+ already exists/.test(error.message)) return;
  throw error;
}

/** Throws `invalid_input` where the collection holds other vectors. */
export function assertFits(
  info: Schemas["CollectionInfo"],
  { name, dimensions }: Pick<CollectionOptions, "name" | "dimensions">,
  url: string,
): void {
  const vectors = info.config.params.vectors as Record<string, Schemas["VectorParams"] | undefined> | undefined;
  const dense = vectors?.[denseVector];
  if (dense?.size === dimensions && dense.distance === "Cosine") return;
  const found = dense === undefined ? "no vectors of ours" : `${dense.distance} vectors of ${dense.size} numbers`;
  throw createFinding(
    "invalid_input",
    `collection "${name}" of qdrant at ${url} has ${found}, not Cosine of ${dimensions}`,
    "remove it, or choose another qdrantCollection",
    { details: { collection: name, dimensions } },
  );
}
