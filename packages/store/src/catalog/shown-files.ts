// What a view of one generation shows and leaves out, by itself, as whoever writes it asks. Inside a `read`.
import type { SkippedFile, ViewId } from "@outpost/retrieval";
import type { Connection } from "../database/connection.ts";

interface ShownRow {
  path: string;
  hash: string;
}

export function createShownFiles(connection: Connection) {
  // The hash is in an index, beside the path: the entries' own rows are large.
  const all = connection.prepare<ShownRow>(
    `SELECT view_entry.path, hash FROM view CROSS JOIN view_entry ON view_entry.view = view.id
     CROSS JOIN entry INDEXED BY sqlite_autoindex_entry_1 ON entry.path = view_entry.path AND entry.id = view_entry.entry
     WHERE view.name = ? AND view.generation = ?`,
  );
  const one = connection.prepare<ShownRow>(
    `SELECT view_entry.path, entry.hash FROM view JOIN view_entry ON view_entry.view = view.id
     JOIN entry ON entry.id = view_entry.entry
     WHERE view.name = ? AND view.generation = ? AND view_entry.path = ?`,
  );
  const skipped = connection.prepare<SkippedFile>(
    `SELECT path, blob, reason, detail FROM view JOIN skipped ON skipped.view = view.id
     WHERE view.name = ? AND view.generation = ? ORDER BY path`,
  );
  const toMap = (rows: readonly ShownRow[]) => new Map(rows.map(({ path, hash }) => [path, hash]));
  return {
    all: (generation: number, viewId: ViewId) => ({
      blobs: toMap(all.all(viewId, generation)),
      skipped: skipped.all(viewId, generation),
    }),
    some: (generation: number, viewId: ViewId, paths: readonly string[]) =>
      toMap(paths.flatMap((path) => one.get(viewId, generation, path) ?? [])),
  };
}
