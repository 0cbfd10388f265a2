// Generations: everything that one identity indexed. Another identity fills its own beside it. A view is shown out of the generation in
// which it is complete; when it is complete in another, it goes over to that one in the same step, by itself. Nothing is ever mixed.
import type { IndexIdentity, ViewId } from "@outpost/retrieval";
import type { Connection } from "../database/connection.ts";

interface GenerationRow {
  id: number;
  identity: string;
}

/** All inside a `write`. */
export interface Generations {
  /** Finds or makes the generation of this identity. Others that have nothing complete are dropped: they were given up half-way. */
  open(identity: IndexIdentity): number;
  /** The view is complete here: others forget it, and what was laid over it, and go when they have none left. */
  takeOver(generation: number, viewId: ViewId): void;
}

export function createGenerations(connection: Connection): Generations {
  const insert = connection.prepare("INSERT OR IGNORE INTO generation (identity) VALUES (?)");
  const all = connection.prepare<GenerationRow>("SELECT id, identity FROM generation");
  const completeView = connection.prepare<{ id: number }>(
    "SELECT id FROM view WHERE generation = ? AND is_complete = 1 AND base IS NULL LIMIT 1",
  );
  const forget = connection.prepare("DELETE FROM view WHERE generation <> ? AND (name = ? OR base = ?)");
  const remove = connection.prepare("DELETE FROM generation WHERE id = ?");

  function dropUseless(own: number): void {
    for (const { id } of all.all()) if (id !== own && completeView.get(id) === undefined) remove.run(id);
  }
  return {
    open(identity) {
      const text = packIdentity(identity);
      insert.run(text);
      const own = all.all().find((generation) => generation.identity === text);
      if (own === undefined) throw new Error("a generation was inserted and is not there");
      dropUseless(own.id);
      return own.id;
    },
    takeOver(generation, viewId) {
      if (forget.run(generation, viewId, viewId).changes > 0) dropUseless(generation);
    },
  };
}

/** Equal identities give equal texts. */
function packIdentity({ embedder, dimensions, chunker, filePolicy }: IndexIdentity): string {
  return JSON.stringify({ embedder, dimensions, chunker, filePolicy });
}

export function unpackIdentity(text: string): IndexIdentity {
  return JSON.parse(text) as IndexIdentity;
}
