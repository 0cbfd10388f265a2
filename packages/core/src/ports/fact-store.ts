// The port of the repositories' memory. What tasks learn comes in with their events (`fact.learned`), in the same transaction; people write
// here. Bounded per repository: what is learned pushes out the oldest that no person wrote or edited, and is not kept where there is none.
// Rejects as `TaskStore` does.
import type { Fact, FactId, FactKind, RepositoryId } from "@outpost/protocol";

export interface FactChange {
  /** Null: as it is. */
  kind: FactKind | null;
  text: string;
  by: string;
  nowMs: number;
}

export interface FactStore {
  /** Oldest first. Empty for a repository that nobody knows. */
  listFacts(repositoryId: RepositoryId): Promise<Fact[]>;
  /** Rejects with `conflict` when the same is known already, `limit_exceeded` when there is no room, `not_found` without its repository. */
  addFact(fact: Fact, by: string): Promise<void>;
  /** Rejects with `not_found`; `conflict` when the same is known already. */
  changeFact(repositoryId: RepositoryId, factId: FactId, change: FactChange): Promise<Fact>;
  /** Resolves to what was forgotten. Rejects with `not_found`. */
  removeFact(repositoryId: RepositoryId, factId: FactId, by: string, nowMs: number): Promise<Fact>;
}
