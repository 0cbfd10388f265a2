// Reads the generation that is shown, over one connection. Writes nothing; each method sees one state of the database.
import { OutpostError } from "@outpost/protocol";
import type {
  CatalogReader,
  IndexIdentity,
  LoadedEntry,
  LoadedOutline,
  SkippedFile,
  VectorPlace,
  ViewDifference,
  ViewId,
  ViewSummary,
  ViewVersions,
} from "@outpost/retrieval";
import type { Connection } from "../database/connection.ts";
import { unpackIdentity } from "./generations.ts";
import { unpackChunks, unpackTerms, unpackVectors } from "./packed-chunks.ts";
import { unpackOutline } from "./packed-outline.ts";
import { sliceLines, unpackText } from "./packed-text.ts";
import { createShownGeneration } from "./shown-generation.ts";
import { createFindDifference } from "./view-changes.ts";
import { createViews, type ViewRow } from "./view-summary.ts";

interface EntryRow {
  id: number;
  path: string;
  hash: string;
  language: string;
  first_chunk_id: number;
  chunks: string;
  terms: Uint8Array;
  vectors: Uint8Array;
}

interface OutlineRow {
  id: number;
  path: string;
  hash: string;
  language: string;
  outline: Uint8Array | null;
}

/** `CatalogReader`, without its waiting: what it does between opening and closing. */
export interface CatalogReading {
  identity(viewId?: ViewId): IndexIdentity | null;
  vectorPlace(viewId: ViewId): VectorPlace | null;
  view(viewId: ViewId): ViewSummary | null;
  viewEntries(viewId: ViewId): Map<string, number | null>;
  viewChanges(viewId: ViewId, since: ViewVersions): ViewDifference | null;
  loadEntries(entryIds: readonly number[]): LoadedEntry[];
  loadOutlines(entryIds: readonly number[]): LoadedOutline[];
  readText: (...values: Parameters<CatalogReader["readText"]>) => string;
  skipped(viewId: ViewId): SkippedFile[];
  close(): void;
}

export function createCatalogReading(connection: Connection): CatalogReading {
  const views = createViews(connection);
  const shown = createShownGeneration(connection);
  const findDifference = createFindDifference(connection);
  const index = connection.prepare<{ next: number }>("SELECT next FROM counter WHERE name = 'index'");
  const entriesOfView = connection.prepare<{ path: string; entry: number | null }>(
    "SELECT path, entry FROM view_entry WHERE view = ? ORDER BY path",
  );
  const entry = connection.prepare<EntryRow>(
    `SELECT entry.id, path, entry.hash, language, first_chunk_id, chunks, terms, vectors
     FROM entry JOIN blob ON blob.id = entry.blob WHERE entry.id = ?`,
  );
  const outline = connection.prepare<OutlineRow>(
    `SELECT entry.id, path, entry.hash, language, outline FROM entry JOIN blob ON blob.id = entry.blob WHERE entry.id = ?`,
  );
  const text = connection.prepare<{ text: Uint8Array }>("SELECT text FROM blob WHERE hash = ? LIMIT 1");
  const skipped = connection.prepare<SkippedFile>(
    "SELECT path, blob, reason, detail FROM skipped WHERE view = ? ORDER BY path",
  );

  function withView<Value>(viewId: ViewId, use: (row: ViewRow, generation: number) => Value, absent: Value): Value {
    return connection.read(() => {
      const generation = shown.of(viewId)?.id;
      const row = generation === undefined ? undefined : views.find(generation, viewId);
      return row === undefined || generation === undefined ? absent : use(row, generation);
    });
  }
  return {
    identity(viewId) {
      const row = connection.read(() => (viewId === undefined ? shown.latest() : shown.of(viewId)));
      return row ? unpackIdentity(row.identity) : null;
    },
    vectorPlace: (viewId) =>
      connection.read(() => {
        const generation = shown.of(viewId)?.id;
        return generation === undefined ? null : { index: nameOfIndex(index.get()), generation };
      }),
    view: (viewId) => withView(viewId, (row, generation) => views.summarize(generation, row), null),
    viewEntries: (viewId) =>
      withView(viewId, ({ id }) => new Map(entriesOfView.all(id).map((row) => [row.path, row.entry])), new Map()),
    viewChanges: (viewId, since) =>
      withView(
        viewId,
        (row, generation) =>
          findDifference(row, row.base === null ? undefined : views.find(generation, row.base), since),
        null,
      ),
    loadEntries: (entryIds) =>
      connection.read(() => entryIds.map((id) => entry.get(id)).filter((row) => row !== undefined)).map(toEntry),
    loadOutlines: (entryIds) =>
      connection.read(() => entryIds.map((id) => outline.get(id)).filter((row) => row !== undefined)).map(toOutline),
    readText(blob, range) {
      const row = connection.look(() => text.get(blob));
      if (row === undefined) throw blobNotFound(blob);
      const whole = unpackText(row.text);
      return range === undefined ? whole : sliceLines(whole, range.startLine, range.endLine);
    },
    skipped: (viewId) => withView(viewId, ({ id }) => skipped.all(id), []),
    close: () => connection.close(),
  };
}

/** Of the counter that was set at random when the catalog was made. */
export function nameOfIndex(row: { next: number } | undefined): string {
  if (row === undefined) throw new Error("the catalog has no name");
  return row.next.toString(36);
}

function toEntry(row: EntryRow): LoadedEntry {
  return {
    entryId: row.id,
    path: row.path,
    blob: row.hash,
    language: row.language,
    firstChunkId: row.first_chunk_id,
    chunks: unpackChunks(row.chunks),
    terms: unpackTerms(row.terms),
    vectors: unpackVectors(row.vectors),
  };
}

function toOutline({ id, path, hash, language, outline }: OutlineRow): LoadedOutline {
  return { entryId: id, path, blob: hash, language, ...unpackOutline(outline) };
}

export function blobNotFound(blob: string): OutpostError {
  return new OutpostError("not_found", `blob "${blob}" is not in the index; index its repository again`, {
    details: { blob },
  });
}
