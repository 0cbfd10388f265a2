// Which generation a view is shown out of: the one in which it is complete; where there is none, the latest that has anything of it. A
// delta is shown out of its base's, or not at all; one without a base says itself that it is not all. Inside a `read`.
import type { ViewId } from "@outpost/retrieval";
import type { Connection } from "../database/connection.ts";

export interface GenerationRow {
  id: number;
  identity: string;
}

export interface ShownGeneration {
  of(viewId: ViewId): GenerationRow | undefined;
  /** The latest in which any view is complete; where there is none, the latest of all. */
  latest(): GenerationRow | undefined;
}

export function createShownGeneration(connection: Connection): ShownGeneration {
  const ofView = connection.prepare<GenerationRow & { base: string | null }>(
    `SELECT generation.id, identity, base FROM view JOIN generation ON generation.id = view.generation
     WHERE name = ? ORDER BY is_complete DESC, generation.id DESC`,
  );
  const latest = connection.prepare<GenerationRow>(
    `SELECT id, identity FROM generation
     ORDER BY EXISTS (SELECT 1 FROM view WHERE generation = generation.id AND is_complete = 1 AND base IS NULL) DESC, id DESC LIMIT 1`,
  );
  return {
    of(viewId) {
      const rows = ofView.all(viewId);
      const base = rows[0]?.base ?? null;
      if (base === null) return rows[0];
      const below = ofView.all(base)[0];
      return below === undefined ? rows[0] : rows.find(({ id }) => id === below.id);
    },
    latest: () => latest.get(),
  };
}
