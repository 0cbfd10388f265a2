// Puts whole entries in the place of damaged ones. What was stored is not changed but set aside under another hash, and then dropped: an
// id never means two things, so that what a reader holds in memory stays what it was.
import type { EntryRecord, ParsedBlob } from "@outpost/retrieval";
import type { Connection } from "../database/connection.ts";
import { createCounter } from "./counter.ts";
import type { Entries, OpenGeneration } from "./entries.ts";

/** Inside a `write`. */
export type ReplaceEntries = (
  generation: OpenGeneration,
  batch: readonly { parsed: ParsedBlob; entry: EntryRecord }[],
) => void;

export function createReplaceEntries(connection: Connection, entries: Entries): ReplaceEntries {
  const versions = createCounter(connection, "version");
  const blobOf = connection.prepare<{ blob: number }>("SELECT blob FROM entry WHERE id = ?");
  const setEntryAside = connection.prepare("UPDATE entry SET hash = hash || '#' || id WHERE id = ?");
  const setBlobAside = connection.prepare("UPDATE blob SET hash = hash || '#' || id WHERE id = ?");
  const count = connection.prepare(
    `UPDATE view SET version = ?, chunks = (SELECT coalesce(sum(chunks), 0) FROM view_entry WHERE view_entry.view = view.id)
     WHERE id IN (SELECT view FROM view_entry WHERE entry = ?)`,
  );
  const repoint = connection.prepare("UPDATE view_entry SET entry = ?, chunks = ? WHERE entry = ?");
  const removeEntry = connection.prepare("DELETE FROM entry WHERE id = ?");
  const removeBlob = connection.prepare(
    "DELETE FROM blob WHERE id = ? AND NOT EXISTS (SELECT 1 FROM entry WHERE entry.blob = blob.id)",
  );

  return (generation, batch) => {
    for (const item of batch) {
      const { path, blob } = item.entry;
      const old = entries.find(generation.id, path, blob);
      const oldBlob = old && blobOf.get(old.id)?.blob;
      if (old === undefined || oldBlob === undefined) continue;
      setEntryAside.run(old.id);
      setBlobAside.run(oldBlob);
      entries.put(generation, [item]);
      const fresh = entries.find(generation.id, path, blob);
      if (fresh === undefined) throw new Error(`entry "${path}" was put and is not there`);
      repoint.run(fresh.id, fresh.chunk_count, old.id);
      const version = versions.read();
      versions.write(version + 1);
      count.run(version, fresh.id);
      removeEntry.run(old.id);
      removeBlob.run(oldBlob);
    }
  };
}
