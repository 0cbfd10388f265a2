// The catalog's writer on SQLite: one process has it. Every method is one transaction, so that a kill leaves what was before or after.
import { OutpostError } from "@outpost/protocol";
import type { CatalogWriter, VectorLedger } from "@outpost/retrieval";
import type { Connection } from "../database/connection.ts";
import { openDatabase } from "../database/open-database.ts";
import { createChangeView } from "./change-view.ts";
import { createEntries, type OpenGeneration } from "./entries.ts";
import { createGenerations } from "./generations.ts";
import { createCollectOrphans } from "./orphans.ts";
import { packStatCache, unpackStatCache } from "./packed-stat-cache.ts";
import { createReplaceEntries } from "./replace-entries.ts";
import { catalogSchema } from "./schema.ts";
import { createShownFiles } from "./shown-files.ts";
import { createVectorLedger } from "./vector-ledger.ts";
import { createViews } from "./view-summary.ts";

export interface OpenSqliteCatalogWriter {
  /** The database file; made when it is not there. Its folder must exist. */
  path: string;
}

/** With what of it is in a vector engine outside. */
export interface SqliteCatalog extends CatalogWriter {
  readonly ledger: VectorLedger;
}

/**
 * Rejects with `unavailable`; where `isDamagedDatabase` says so of the error, the caller may remove the file (`removeDatabase`) and
 * index again.
 */
export async function openSqliteCatalogWriter({ path }: OpenSqliteCatalogWriter): Promise<SqliteCatalog> {
  const connection = await openDatabase({ path, synchronous: "normal", ...catalogSchema });
  const generations = createGenerations(connection);
  const entries = createEntries(connection);
  const changeView = createChangeView(connection, entries, createViews(connection));
  const shown = createShownFiles(connection);
  const collectOrphans = createCollectOrphans(connection);
  const replaceEntries = createReplaceEntries(connection, entries);
  let opened: OpenGeneration | undefined;
  const generation = () => {
    if (opened) return opened;
    throw new OutpostError("internal", "the catalog has no generation to write; call open first");
  };
  return {
    async open(identity) {
      opened = { identity, id: connection.write(() => generations.open(identity)) };
    },
    findMissing: async (pairs) => connection.read(() => entries.findMissing(generation().id, pairs)),
    findStored: async (pairs) => connection.read(() => entries.findStored(pairs)),
    findParsedBlob: async (blob, language) =>
      connection.look(() => entries.findParsedBlob(generation(), blob, language)),
    findEmbedded: async (path, limit) => connection.look(() => entries.findEmbedded(generation(), path, limit)),
    async putEntries(batch) {
      connection.write(() => entries.put(generation(), batch));
    },
    async replaceEntries(batch) {
      connection.write(() => replaceEntries(generation(), batch));
    },
    async changeView(change) {
      const { id } = generation();
      return connection.write(() => {
        const summary = changeView(id, change);
        if (summary.complete && summary.base === null) generations.takeOver(id, summary.viewId);
        return summary;
      });
    },
    shownFiles: async (viewId) => connection.read(() => shown.all(generation().id, viewId)),
    shownBlobs: async (viewId, paths) => connection.read(() => shown.some(generation().id, viewId, paths)),
    collectOrphans: async (limit) => connection.write(() => collectOrphans(limit)),
    ...createViewBelongings(connection),
    ledger: createVectorLedger(connection, generation),
    close: async () => connection.close(),
  };
}

/** What a view has in every generation. */
function createViewBelongings(
  connection: Connection,
): Pick<CatalogWriter, "removeView" | "loadStatCache" | "saveStatCache"> {
  const removeView = connection.prepare("DELETE FROM view WHERE name = ?");
  const removeCache = connection.prepare("DELETE FROM stat_cache WHERE view = ?");
  const selectCache = connection.prepare<{ data: Uint8Array }>("SELECT data FROM stat_cache WHERE view = ?");
  const saveCache = connection.prepare("INSERT OR REPLACE INTO stat_cache (view, data) VALUES (?, ?)");
  return {
    async removeView(viewId) {
      connection.write(() => {
        removeView.run(viewId);
        removeCache.run(viewId);
      });
    },
    async loadStatCache(viewId) {
      const row = connection.read(() => selectCache.get(viewId));
      return row ? unpackStatCache(row.data) : new Map();
    },
    async saveStatCache(viewId, cache) {
      const data = packStatCache(cache);
      connection.write(() => saveCache.run(viewId, data));
    },
  };
}
