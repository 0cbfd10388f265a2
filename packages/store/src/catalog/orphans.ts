// Deletes entries that no view shows, a bounded portion at a time, and blobs that no entry has any more. Does not know which entries
// an index under way has stored and not shown yet: call it when none is.
import type { Connection } from "../database/connection.ts";

/** Inside a `write`. Returns how many entries went. */
export type CollectOrphans = (limit: number) => number;

export function createCollectOrphans(connection: Connection): CollectOrphans {
  const orphans = connection.prepare<{ id: number; blob: number }>(
    `SELECT id, blob FROM entry
     WHERE NOT EXISTS (SELECT 1 FROM view_entry WHERE view_entry.entry = entry.id) LIMIT ?`,
  );
  const removeEntry = connection.prepare("DELETE FROM entry WHERE id = ?");
  const removeBlob = connection.prepare(
    "DELETE FROM blob WHERE id = ? AND NOT EXISTS (SELECT 1 FROM entry WHERE entry.blob = blob.id)",
  );
  return (limit) => {
    const found = orphans.all(limit);
    for (const { id } of found) removeEntry.run(id);
    for (const blob of new Set(found.map((entry) => entry.blob))) removeBlob.run(blob);
    return found.length;
  };
}
