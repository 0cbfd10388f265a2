// Generations: everything that one identity indexed. Exactly one is shown to readers once there is any. Another identity fills its own
// beside it, unseen, until its first complete view is there; then the old one goes. Nothing is ever mixed.
import type { IndexIdentity } from "@outpost/retrieval";
import type { Connection } from "../database/connection.ts";

interface GenerationRow {
  id: number;
  identity: string;
  is_shown: number;
}

/** All inside a `write`. */
export interface Generations {
  /** Finds or makes the generation of this identity. It is shown at once when no other has a complete view to lose. */
  open(identity: IndexIdentity): number;
  /** Shows this generation and drops every other; their entries become orphans. */
  show(generation: number): void;
}

export function createGenerations(connection: Connection): Generations {
  const insert = connection.prepare("INSERT OR IGNORE INTO generation (identity) VALUES (?)");
  const all = connection.prepare<GenerationRow>("SELECT id, identity, is_shown FROM generation");
  const completeView = connection.prepare<{ id: number }>(
    "SELECT id FROM view WHERE generation = ? AND is_complete = 1 LIMIT 1",
  );
  const remove = connection.prepare("DELETE FROM generation WHERE id = ?");
  const mark = connection.prepare("UPDATE generation SET is_shown = (id = ?)");

  function show(generation: number): void {
    for (const { id } of all.all()) if (id !== generation) remove.run(id);
    mark.run(generation);
  }
  return {
    show,
    open(identity) {
      const text = packIdentity(identity);
      insert.run(text);
      const generations = all.all();
      const own = generations.find((generation) => generation.identity === text);
      if (own === undefined) throw new Error("a generation was inserted and is not there");
      const shown = generations.find((generation) => generation.is_shown === 1);
      if (shown === undefined || completeView.get(shown.id) === undefined) show(own.id);
      // One that is neither shown nor filled was given up half-way.
      for (const { id } of generations) if (id !== own.id && id !== shown?.id) remove.run(id);
      return own.id;
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
