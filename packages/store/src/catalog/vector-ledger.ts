// What of the open generation was sent to a vector engine outside, and what was deleted since: rows beside the entries, so that they are
// as true as these. An entry that is deleted leaves a note behind (a trigger does that, whoever deletes it).
import type { VectorLedger } from "@outpost/retrieval";
import type { Connection } from "../database/connection.ts";
import type { OpenGeneration } from "./entries.ts";
import { nameOfIndex } from "./reading.ts";
import { createShownGeneration } from "./shown-generation.ts";

/** Shown entries that were not sent for the root view that they are shown under. */
const unsent = `
  FROM view_entry JOIN view ON view.id = view_entry.view
  WHERE view.generation = ? AND view_entry.entry IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM vector_sent WHERE vector_sent.entry = view_entry.entry AND root = coalesce(view.base, view.name))`;

export function createVectorLedger(connection: Connection, generation: () => OpenGeneration): VectorLedger {
  const select = prepareReading(connection);
  const change = prepareChanges(connection);
  const shown = createShownGeneration(connection);
  return {
    async place() {
      const { id, identity } = generation();
      return connection.read(() => {
        const index = nameOfIndex(select.index.get());
        const generations = select.generations.all().map((row) => row.id);
        const isLatest = shown.latest()?.id === id;
        return { index, generation: id, dimensions: identity.dimensions, isLatest, generations };
      });
    },
    findUnsent: async (root, pairs) =>
      connection.read(() => {
        const found = pairs.map(({ path, blob }) => select.unsentEntry.get(path, blob, generation().id, root)?.id);
        return found.filter((id) => id !== undefined);
      }),
    nextUnsent: async (limit) =>
      connection.read(() => {
        const root = select.unsentRoot.get(generation().id)?.root;
        if (root === undefined) return null;
        return { root, entryIds: select.unsentOfRoot.all(generation().id, root, limit).map(({ id }) => id) };
      }),
    rootsOf: async (entryIds) =>
      connection.read(() => entryIds.map((id) => select.roots.all(id).map(({ root }) => root))),
    async noteSent(root, entryIds) {
      connection.write(() => {
        for (const id of entryIds) change.sent.run(root, id);
      });
    },
    newestSent: async (limit) =>
      connection.read(() => {
        const newest = select.newestSent.all(generation().id, limit);
        return { entryIds: newest.map(({ id }) => id), chunks: newest.reduce((sum, { chunks }) => sum + chunks, 0) };
      }),
    listGone: async (limit) => connection.read(() => select.gone.all(limit).map(({ entry }) => entry)),
    async noteGone(entryIds) {
      connection.write(() => {
        for (const id of entryIds) change.gone.run(id);
      });
    },
    async forgetSent() {
      connection.write(() => {
        change.forgetSent.run(generation().id);
      });
    },
    counts: async () =>
      connection.read(() => ({
        sentChunks: select.sentChunks.get(generation().id)?.chunks ?? 0,
        unsentChunks: select.unsentChunks.get(generation().id)?.chunks ?? 0,
      })),
  };
}

function prepareReading(connection: Connection) {
  return {
    index: connection.prepare<{ next: number }>("SELECT next FROM counter WHERE name = 'index'"),
    generations: connection.prepare<{ id: number }>("SELECT id FROM generation"),
    unsentEntry: connection.prepare<{ id: number }>(
      `SELECT id FROM entry WHERE path = ? AND hash = ? AND generation = ?
       AND NOT EXISTS (SELECT 1 FROM vector_sent WHERE vector_sent.entry = entry.id AND root = ?)`,
    ),
    unsentRoot: connection.prepare<{ root: string }>(`SELECT coalesce(view.base, view.name) AS root ${unsent} LIMIT 1`),
    unsentOfRoot: connection.prepare<{ id: number }>(
      `SELECT DISTINCT view_entry.entry AS id ${unsent} AND coalesce(view.base, view.name) = ? LIMIT ?`,
    ),
    roots: connection.prepare<{ root: string }>("SELECT root FROM vector_sent WHERE entry = ? ORDER BY root"),
    gone: connection.prepare<{ entry: number }>("SELECT entry FROM vector_gone LIMIT ?"),
    newestSent: connection.prepare<{ id: number; chunks: number }>(
      `SELECT id, chunk_count AS chunks FROM entry
       WHERE generation = ? AND EXISTS (SELECT 1 FROM vector_sent WHERE vector_sent.entry = entry.id)
       ORDER BY id DESC LIMIT ?`,
    ),
    sentChunks: connection.prepare<{ chunks: number }>(
      `SELECT coalesce(sum(chunk_count), 0) AS chunks FROM entry
       WHERE generation = ? AND id IN (SELECT entry FROM vector_sent)`,
    ),
    unsentChunks: connection.prepare<{ chunks: number }>(
      `SELECT coalesce(sum(chunk_count), 0) AS chunks FROM entry WHERE id IN (SELECT view_entry.entry ${unsent})`,
    ),
  };
}

function prepareChanges(connection: Connection) {
  return {
    // An entry that is deleted meanwhile is not noted.
    sent: connection.prepare("INSERT OR IGNORE INTO vector_sent (entry, root) SELECT id, ? FROM entry WHERE id = ?"),
    gone: connection.prepare("DELETE FROM vector_gone WHERE entry = ?"),
    forgetSent: connection.prepare(
      "DELETE FROM vector_sent WHERE entry IN (SELECT id FROM entry WHERE generation = ?)",
    ),
  };
}
