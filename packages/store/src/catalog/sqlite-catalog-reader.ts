// The catalog's reader on SQLite, beside a writer in another process. The file may come later, or be removed and built again: each
// call looks whether it is still the one that is open. Never writes and never makes a file.
import { statSync } from "node:fs";
import { setImmediate as yieldToOthers } from "node:timers/promises";
import type { CatalogReader, LoadedEntry, LoadedOutline } from "@outpost/retrieval";
import { openDatabaseForReading } from "../database/open-database.ts";
import { databaseFailure } from "../database/translate-error.ts";
import { blobNotFound, type CatalogReading, createCatalogReading } from "./reading.ts";
import { catalogSchema } from "./schema.ts";

/** Entries read between two turns of the event loop. */
const entriesPerTurn = 128;

export interface OpenSqliteCatalogReader {
  path: string;
}

export async function openSqliteCatalogReader({ path }: OpenSqliteCatalogReader): Promise<CatalogReader> {
  const open = createReopening(path);
  return {
    identity: async (viewId) => open.current()?.identity(viewId) ?? null,
    vectorPlace: async (viewId) => open.current()?.vectorPlace(viewId) ?? null,
    view: async (viewId) => open.current()?.view(viewId) ?? null,
    viewEntries: async (viewId) => open.current()?.viewEntries(viewId) ?? new Map(),
    viewChanges: async (viewId, since) => open.current()?.viewChanges(viewId, since) ?? null,
    async loadEntries(entryIds) {
      const loaded: LoadedEntry[] = [];
      for (let at = 0; at < entryIds.length; at += entriesPerTurn) {
        loaded.push(...(open.current()?.loadEntries(entryIds.slice(at, at + entriesPerTurn)) ?? []));
        await yieldToOthers();
      }
      return loaded;
    },
    async loadOutlines(entryIds) {
      const loaded: LoadedOutline[] = [];
      for (let at = 0; at < entryIds.length; at += entriesPerTurn) {
        loaded.push(...(open.current()?.loadOutlines(entryIds.slice(at, at + entriesPerTurn)) ?? []));
        await yieldToOthers();
      }
      return loaded;
    },
    async readText(blob, range) {
      const reading = open.current();
      if (reading === undefined) throw blobNotFound(blob);
      return reading.readText(blob, range);
    },
    skipped: async (viewId) => open.current()?.skipped(viewId) ?? [],
    async sizeBytes() {
      return fileBytes(path) + fileBytes(`${path}-wal`);
    },
    close: async () => open.close(),
  };
}

/** The connection to the file that is at `path` now; undefined while there is none. */
function createReopening(path: string): { current(): CatalogReading | undefined; close(): void } {
  let opened: { reading: CatalogReading; file: string } | undefined;
  let isClosed = false;
  const forget = () => {
    opened?.reading.close();
    opened = undefined;
  };
  return {
    current() {
      if (isClosed) throw databaseFailure("closed", path);
      const stat = statSync(path, { throwIfNoEntry: false, bigint: true });
      const file = stat ? `${stat.dev}:${stat.ino}` : undefined;
      if (opened && opened.file !== file) forget();
      if (opened || file === undefined) return opened?.reading;
      const connection = openDatabaseForReading(path, catalogSchema);
      if (connection) opened = { reading: createCatalogReading(connection), file };
      return opened?.reading;
    },
    close() {
      isClosed = true;
      forget();
    },
  };
}

function fileBytes(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
