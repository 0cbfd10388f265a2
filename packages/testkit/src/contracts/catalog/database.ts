// What an engine gives to the catalog's contract, and the frame that its tests run in.
import type { CatalogReader, CatalogWriter, ViewId } from "@outpost/retrieval";
import { afterEach, beforeEach } from "vitest";
import { identity } from "./samples.ts";

/** A place for one catalog, which need not be there yet. */
export interface CatalogDatabase {
  openWriter(): Promise<CatalogWriter>;
  openReader(): Promise<CatalogReader>;
  remove(): Promise<void>;
}

export type CreateCatalogDatabase = () => Promise<CatalogDatabase>;

export interface CatalogFrame {
  /** Of the identity `identity`. Made with its first use. */
  writer(): Promise<CatalogWriter>;
  reader(): CatalogReader;
  /** Closes the writer; the next use opens it again. */
  reopenWriter(): Promise<CatalogWriter>;
  /** path → blob of what the view shows by itself; null: hidden. */
  shown(viewId: ViewId): Promise<Record<string, string | null>>;
}

/** A new place for every test of the `describe` it is called in, with a reader that was opened before there was anything. */
export function useCatalog(createDatabase: CreateCatalogDatabase): CatalogFrame {
  let database: CatalogDatabase | undefined;
  let writing: CatalogWriter | undefined;
  let reading: CatalogReader | undefined;
  beforeEach(async () => {
    database = await createDatabase();
    reading = await database.openReader();
  });
  afterEach(async () => {
    await writing?.close();
    await reading?.close();
    writing = undefined;
    reading = undefined;
    await database?.remove();
  });
  const writer = async () => {
    if (writing) return writing;
    writing = await database?.openWriter();
    if (writing === undefined) throw new Error("there is no catalog outside of a test");
    await writing.open(identity);
    return writing;
  };
  const reader = () => {
    if (reading === undefined) throw new Error("there is no catalog outside of a test");
    return reading;
  };
  return {
    writer,
    reader,
    async reopenWriter() {
      await writing?.close();
      writing = undefined;
      return writer();
    },
    async shown(viewId) {
      const entries = await reader().viewEntries(viewId);
      const loaded = await reader().loadEntries([...entries.values()].filter((id) => id !== null));
      const blobs = new Map(loaded.map(({ entryId, blob }) => [entryId, blob]));
      return Object.fromEntries(
        [...entries].map(([path, id]) => [path, id === null ? null : (blobs.get(id) ?? "gone")]),
      );
    },
  };
}
