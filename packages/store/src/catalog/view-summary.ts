// What is said of a view. A delta's numbers are those of what it shows: its base's, corrected by its own part, at the time of asking.
import type { ViewId, ViewSummary } from "@outpost/retrieval";
import type { Connection } from "../database/connection.ts";

export interface ViewRow {
  id: number;
  name: string;
  base: string | null;
  version: number;
  is_complete: number;
  files: number;
  chunks: number;
  commit_id: string | null;
  indexed_at_ms: number;
}

/** Inside a `read` or `write`. */
export interface Views {
  find(generation: number, viewId: ViewId): ViewRow | undefined;
  summarize(generation: number, row: ViewRow): ViewSummary;
}

export function createViews(connection: Connection): Views {
  const byName = connection.prepare<ViewRow>("SELECT * FROM view WHERE name = ? AND generation = ?");
  const difference = connection.prepare<{ files: number; chunks: number }>(
    `SELECT coalesce(sum((own.entry IS NOT NULL) - (below.entry IS NOT NULL)), 0) AS files,
            coalesce(sum(own.chunks - coalesce(below.chunks, 0)), 0) AS chunks
     FROM view_entry AS own
     LEFT JOIN view_entry AS below ON below.view = ? AND below.path = own.path
     WHERE own.view = ?`,
  );
  const find = (generation: number, viewId: ViewId) => byName.get(viewId, generation);
  return {
    find,
    summarize(generation, row) {
      const { name: viewId, base, version, commit_id: commit, indexed_at_ms: indexedAtMs } = row;
      const own = { viewId, base, version, indexedAtMs, commit };
      const { files, chunks } = row;
      if (base === null) return { ...own, complete: row.is_complete === 1, files, chunks };
      // A base that was removed shows nothing, and its deltas say that they are not all.
      const below = find(generation, base);
      const more = difference.get(below?.id ?? 0, row.id) ?? { files: 0, chunks: 0 };
      return {
        ...own,
        complete: row.is_complete === 1 && below?.is_complete === 1,
        files: (below?.files ?? 0) + more.files,
        chunks: (below?.chunks ?? 0) + more.chunks,
      };
    },
  };
}
