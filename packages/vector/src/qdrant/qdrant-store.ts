// An index on a Qdrant server: a collection for each generation (`NAME-g3`), and the alias `NAME` that leads to the latest. It
// touches no collection of another name. It knows nothing of the catalog; what was put where is the ledger's matter.

import { isOutpostError, OutpostError } from "@outpost/protocol";
import type { VectorStore } from "@outpost/retrieval";
import { ensureCollection } from "./collection.ts";
import type { OneTry, QdrantApi, QdrantConnection } from "./connection.ts";
import { createFinding } from "./finding.ts";
import type { TermWeights } from "./points.ts";
import { createQdrantIndex } from "./qdrant-index.ts";

export interface QdrantStoreOptions {
  /** The alias, and how the names of collections begin. */
  name: string;
  tenant: string;
  onDisk: boolean;
  termWeights: TermWeights;
}

/** A look at a server that hangs is over soon. */
const looking: OneTry = { withinMs: 10_000, isRepeatable: true };
/** A snapshot reads and writes all of a collection, and each time that it is asked for it is made. */
const snapshotting: OneTry = { withinMs: 240_000, isRepeatable: false };

export function createQdrantStore(connection: QdrantConnection, options: QdrantStoreOptions): VectorStore {
  const { name, onDisk } = options;
  const what = `collection "${name}"`;

  async function shownCollection(signal?: AbortSignal, oneTry?: OneTry): Promise<string | null> {
    const read = (api: QdrantApi, init: RequestInit) => api.getCollectionsAliases({}, init);
    const { aliases } = await connection.ask("aliases", read, signal, oneTry);
    return aliases.find(({ alias_name }) => alias_name === name)?.collection_name ?? null;
  }

  async function ownCollections(signal?: AbortSignal): Promise<string[]> {
    const { collections } = await connection.ask("collections", (api, init) => api.getCollections({}, init), signal);
    return collections.map((collection) => collection.name).filter((other) => isGenerationOf(name, other));
  }

  async function remove(collection: string, signal?: AbortSignal): Promise<void> {
    const request = { collection_name: collection };
    await connection.ask(`collection "${collection}"`, (api, init) => api.deleteCollection(request, init), signal);
  }

  async function show(collection: string, signal?: AbortSignal): Promise<void> {
    const before = await shownCollection(signal);
    if (before !== collection) {
      // Both or none: a search by the name never meets a name that leads nowhere.
      const leave = before === null ? [] : [{ delete_alias: { alias_name: name } }];
      const actions = [...leave, { create_alias: { collection_name: collection, alias_name: name } }];
      await connection.ask(what, (api, init) => api.updateAliases({ actions }, init), signal);
    }
  }

  return {
    async openGeneration(generation, dimensions, signal) {
      const collection = generationName(name, generation);
      const { isNew } = await ensureCollection(connection, { name: collection, dimensions, onDisk }, signal);
      const { put, remove, count, countOf } = createQdrantIndex(connection, {
        ...{ ...options, name: collection, dimensions, repository: null },
      });
      return {
        ...{ isNew, put, count, countOf, show: (end) => show(collection, end) },
        remove: (entryIds, end) =>
          remove(
            entryIds.map((entryId) => ({ entryId, firstChunkId: 0, chunkCount: 0 })),
            end,
          ),
      };
    },
    async keepOnly(generations, signal) {
      const kept = new Set(generations.map((generation) => generationName(name, generation)));
      for (const other of await ownCollections(signal)) if (!kept.has(other)) await remove(other, signal);
    },
    async describe(signal) {
      const version = await connection.version(signal, looking);
      const collection = await shownCollection(signal, looking);
      if (collection === null) return { address: connection.url, version, name, shown: null };
      const request = { collection_name: collection, exact: true };
      const { count } = await connection.ask(what, (api, init) => api.countPoints(request, init), signal, looking);
      return { address: connection.url, version, name, shown: { collection, chunks: count } };
    },
    async createSnapshot(signal) {
      const collection = await shownCollection(signal);
      if (collection === null)
        throw createFinding("not_found", `qdrant at ${connection.url} has no ${what}`, "outpost index makes it");
      const request = { collection_name: collection, wait: true };
      const made = await connection
        .ask(what, (api, init) => api.createSnapshot(request, init), signal, snapshotting)
        .catch((error: unknown) => {
          if (!isOutpostError(error) || error.code !== "timeout") throw error;
          throw createFinding("timeout", error.message, "it may be made all the same; look before asking again");
        });
      if (made === null)
        throw new OutpostError("unavailable", `qdrant at ${connection.url} made no snapshot of ${what}`);
      return { collection, name: made.name, bytes: made.size };
    },
    async drop(signal) {
      for (const collection of await ownCollections(signal)) await remove(collection, signal);
    },
  };
}

/** Of the collection. */
export function generationName(name: string, generation: number): string {
  return `${name}-g${generation}`;
}

function isGenerationOf(name: string, collection: string): boolean {
  return collection.startsWith(`${name}-g`) && /^\d+$/.test(collection.slice(name.length + 2));
}
